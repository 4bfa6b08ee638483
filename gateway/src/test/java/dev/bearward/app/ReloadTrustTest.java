package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is trusted after a reload: authorities of issuers, and proxies in front. */
class ReloadTrustTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final String ADMIN = "0123456789abcdef0123";

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), text);
    return Files.move(fresh, folder.resolve("bearward.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String yaml(RawUpstream upstream, ScriptedServer issuer, String more) {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0", token: %s}
    issuers:
      - name: test
        issuer: https://issuer.example/
        audience: "%s"
        keys: {url: "%s"}
        http: {ca: ca.pem}
    upstreams:
      app: {endpoints: ["http://127.0.0.1:%d"]%s}
    routes: [{path: /**, upstream: app, require: {}}]
    """
        .formatted(ADMIN, TestIssuer.AUDIENCE, issuer.uri("/jwks"), upstream.port(), more);
  }

  private static HttpResponse<String> refresh(RunningGateway gateway) throws Exception {
    return gateway.adminPost("/issuers/test/refresh", "{}", "Authorization", "Bearer " + ADMIN);
  }

  @Test
  @DisplayName("an issuer's other authority counts after a reload; one that cannot be read never")
  void authority_changed_counts() throws Exception {
    TestIdentity good = TestIdentity.authority("good");
    TestIdentity strange = TestIdentity.authority("strange");
    TestIssuer issuer = TestIssuer.simple();
    Path ca = Files.writeString(folder.resolve("ca.pem"), good.pem());
    try (var upstream = RawUpstream.answering(Story.OK);
        var checked = RawUpstream.answering(Story.OK);
        var site =
            ScriptedServer.startTls(good.issue("issuer", "127.0.0.1").presenting(good))
                .on("/jwks", ScriptedServer.json(issuer.jwks()));
        var gateway = new RunningGateway(write(yaml(upstream, site, "")), NEVER)) {
      assertThat(gateway.get("/", issuer.token().sign()).statusCode()).isEqualTo(200);
      assertThat(refresh(gateway).statusCode()).isEqualTo(200);

      Files.writeString(ca, strange.pem());
      gateway.reload();
      gateway.awaitGeneration(2);
      assertThat(refresh(gateway).statusCode()).isEqualTo(502);
      assertThat(gateway.get("/", issuer.token().sign()).statusCode())
          .as("rule 55: keys at hand serve on")
          .isEqualTo(200);

      Files.writeString(ca, good.pem());
      gateway.reload();
      gateway.awaitGeneration(3);
      assertThat(refresh(gateway).statusCode()).isEqualTo(200);

      Files.writeString(ca, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      write(yaml(checked, site, ", health: {path: /health, interval: 100ms}"));
      gateway.reload();
      Eventually.await(
          "the refusal",
          () -> gateway.metric("bearward_config_reloads_total{outcome=\"failed\"}") == 1);
      assertThat(gateway.metric("bearward_config_generation")).isEqualTo(3);
      assertThat(refresh(gateway).statusCode()).as("the last good one").isEqualTo(200);
      assertThat(gateway.get("/", issuer.token().sign()).statusCode()).isEqualTo(200);

      Files.writeString(ca, good.pem());
      gateway.reload();
      gateway.awaitGeneration(4);
      Eventually.await("a check", () -> !checked.conversations().isEmpty());
      assertThat(gateway.get("/", issuer.token().sign()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName(
      "rules 149, 177: each request of a kept connection is read by the proxies trusted now")
  void trustedProxies_changed_holdForTheNextRequest() throws Exception {
    try (var upstream = RawUpstream.answering(Story.OK);
        var gateway = new RunningGateway(write(proxies(upstream, "")), NEVER);
        var line = new AttackLine(gateway.uri("/").getPort())) {
      assertThat(forwardedFor(line, upstream)).isEqualTo("127.0.0.1");
      write(proxies(upstream, "127.0.0.1"));
      gateway.reload();
      gateway.awaitGeneration(2);
      assertThat(forwardedFor(line, upstream)).isEqualTo("192.0.2.1, 127.0.0.1");
      write(proxies(upstream, "10.0.0.0/8"));
      gateway.reload();
      gateway.awaitGeneration(3);
      assertThat(forwardedFor(line, upstream)).isEqualTo("127.0.0.1");
    }
  }

  private static String proxies(RawUpstream upstream, String trusted) {
    return """
    server: {listen: "127.0.0.1:0", trustedProxies: [%s]}
    admin: {listen: "127.0.0.1:0"}
    upstreams: {app: "http://127.0.0.1:%d"}
    routes: [{path: /**, upstream: app, public: true}]
    """
        .formatted(trusted.isEmpty() ? "" : '"' + trusted + '"', upstream.port());
  }

  private static String forwardedFor(AttackLine line, RawUpstream upstream) throws IOException {
    line.send(AttackLine.request("/", "X-Forwarded-For: 192.0.2.1"));
    assertThat(line.read().status()).isEqualTo(200);
    return upstream
        .conversation(0)
        .received()
        .lines()
        .filter(field -> field.startsWith("X-Forwarded-For: "))
        .reduce((_, last) -> last)
        .orElseThrow()
        .substring("X-Forwarded-For: ".length());
  }
}
