package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issuers of all kinds side by side, over real sockets; and a start without them. */
class SeveralIssuersStoryTest {
  private static final String SECRET = "a-secret-of-more-than-thirty-two-bytes";
  private static final InstantSource CLOCK = InstantSource.system();

  private ScriptedServer server;
  private RawUpstream upstream;
  private TestIssuer openId;
  private TestIssuer oauth;
  private TestIssuer liar;
  private TestIssuer shared;
  private TestKey secret;
  @TempDir private Path folder;

  @BeforeEach
  void startParts() {
    server = ScriptedServer.start();
    upstream = RawUpstream.answering(Story.OK);
    openId = new TestIssuer("openid", server.uri("/openid").toString(), CLOCK, JwsAlgorithm.ES256);
    oauth = new TestIssuer("oauth", server.uri("/oauth").toString(), CLOCK, JwsAlgorithm.EDDSA);
    liar = new TestIssuer("liar", server.uri("/liar").toString(), CLOCK, JwsAlgorithm.ES256);
    shared = new TestIssuer("shared", "https://shared.example/", CLOCK);
    secret = TestKey.shared(JwsAlgorithm.HS256, SECRET.getBytes(StandardCharsets.UTF_8));
    publish("/openid/.well-known/openid-configuration", openId, openId.issuer());
    publish("/.well-known/oauth-authorization-server/oauth", oauth, oauth.issuer());
    publish("/liar/.well-known/openid-configuration", liar, "https://somebody.else/");
  }

  private void publish(String metadata, TestIssuer issuer, String claimed) {
    String keys = "/" + issuer.name() + "/keys";
    server.on(keys, ScriptedServer.json(issuer.jwks()));
    server.on(
        metadata,
        ScriptedServer.json(
            "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(claimed, server.uri(keys))));
  }

  @AfterEach
  void stopParts() {
    server.close();
    upstream.close();
  }

  private RunningGateway gateway() throws IOException {
    return new RunningGateway(
        """
        server: {listen: "127.0.0.1:0"}
        admin: {listen: "127.0.0.1:0"}
        issuers:
          - {name: openid, issuer: "%s", audience: api-one, algorithms: [ES256], clockSkew: 2m, \
        refresh: {persist: "%s"}}
          - {name: oauth, issuer: "%s", audience: [api-two, api-three], clockSkew: 1s}
          - {name: liar, issuer: "%s", audience: api-one}
          - {name: shared, issuer: "%s", audience: api-one, algorithms: [HS256], \
        secret: {value: "%s", encoding: utf8}}
        upstreams: {app: "http://127.0.0.1:%d"}
        routes:
          - {path: /all/**, upstream: app, require: {}}
          - {path: /one/**, upstream: app, require: {issuers: [openid]}}
        """
            .formatted(
                openId.issuer(),
                folder.resolve("keys.json"),
                oauth.issuer(),
                liar.issuer(),
                shared.issuer(),
                SECRET,
                upstream.port()));
  }

  private static void refused(HttpResponse<String> response, int status, String reason) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"");
  }

  private static int status(RunningGateway gateway, String path, String token) {
    try {
      return gateway.get(path, token).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int ready(RunningGateway gateway) {
    try {
      return gateway.admin("GET", "/health/ready").statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName(
      "rules 19, 20, 28, 44, 47, 179: each issuer has its own keys, audience, algorithms and skew")
  void tokens_ofSeveralIssuers_areJudgedByTheirOwnSettings() throws Exception {
    String one = openId.token().audience("api-one").sign();
    String two = oauth.token().audience("api-three").sign();
    String three = shared.token(secret).audience("api-one").sign();
    try (var gateway = gateway()) {
      assertThat(status(gateway, "/all/a", one)).isEqualTo(200);
      assertThat(status(gateway, "/all/a", two)).isEqualTo(200);
      assertThat(status(gateway, "/all/a", three)).isEqualTo(200);

      refused(
          gateway.get("/all/a", oauth.token().audience("api-one").sign()), 401, "wrong_audience");
      refused(
          gateway.get("/all/a", openId.token().audience("api-two").sign()), 401, "wrong_audience");
      var crossed = openId.token(oauth.key()).audience("api-one").sign();
      refused(gateway.get("/all/a", crossed), 401, "algorithm_not_allowed");
      var borrowed = openId.token(secret).audience("api-one").sign();
      refused(gateway.get("/all/a", borrowed), 401, "algorithm_not_allowed");
      Instant minuteAgo = Instant.now().minusSeconds(60);
      assertThat(
              status(
                  gateway,
                  "/all/a",
                  openId.token().audience("api-one").expiresAt(minuteAgo).sign()))
          .as("within two minutes of leeway")
          .isEqualTo(200);
      refused(
          gateway.get("/all/a", oauth.token().audience("api-two").expiresAt(minuteAgo).sign()),
          401,
          "expired");
    }
  }

  @Test
  @DisplayName("rule 44: a route takes tokens of the issuers that it names, cached ones too")
  void route_withIssuers_takesNoOthers() throws Exception {
    String two = oauth.token().audience("api-two").sign();
    try (var gateway = gateway()) {
      assertThat(status(gateway, "/one/a", openId.token().audience("api-one").sign()))
          .isEqualTo(200);
      assertThat(status(gateway, "/all/a", two)).isEqualTo(200);
      refused(gateway.get("/one/a", two), 401, "unknown_issuer");
      refused(
          gateway.get("/one/a", shared.token(secret).audience("api-one").sign()),
          401,
          "unknown_issuer");
    }
  }

  @Test
  @DisplayName("rules 19, 185: metadata of another name is 503 for its issuer alone, and is shown")
  void metadata_ofAnotherIssuer_isRefused() throws Exception {
    try (var gateway = gateway()) {
      refused(
          gateway.get("/all/a", liar.token().audience("api-one").sign()), 503, "keys_unavailable");
      assertThat(server.hits("/liar/keys")).isZero();
      assertThat(gateway.admin("GET", "/issuers").body()).contains("another issuer (expected: ");
      assertThat(status(gateway, "/all/a", openId.token().audience("api-one").sign()))
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 56: the last good keys are saved and serve a start without the issuer")
  void start_withoutTheIssuer_servesBySavedKeys() throws Exception {
    String one = openId.token().audience("api-one").sign();
    try (var gateway = gateway()) {
      assertThat(status(gateway, "/one/a", one)).isEqualTo(200);
    }
    server.on("/openid/.well-known/openid-configuration", ScriptedServer.answer(500, null, "down"));
    try (var gateway = gateway()) {
      Eventually.await("the saved keys", () -> status(gateway, "/one/a", one) == 200);
      Eventually.await("readiness", () -> ready(gateway) == 200);
      refused(
          gateway.get(
              "/one/a",
              openId.token(TestKey.generate(JwsAlgorithm.ES256, "new")).audience("api-one").sign()),
          503,
          "keys_unavailable");
    }
  }
}
