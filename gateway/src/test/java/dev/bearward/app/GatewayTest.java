package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The story end to end over real sockets: issuer, gateway from YAML, recording upstream. */
class GatewayTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok";
  private static final String SPA = "http://localhost:3000";

  private final AtomicBoolean issuerDown = new AtomicBoolean();
  private HttpServer issuerServer;
  private RawUpstream upstream;
  private TestIssuer issuer;

  @BeforeEach
  void startParts() throws IOException {
    upstream = RawUpstream.answering(OK);
    issuerServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String url = "http://127.0.0.1:" + issuerServer.getAddress().getPort() + "/";
    issuer = new TestIssuer("test", url, InstantSource.system(), JwsAlgorithm.ES256);
    serve(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"%sjwks\"}".formatted(url, url)::toString);
    serve("/jwks", issuer::jwks);
    issuerServer.start();
  }

  @AfterEach
  void stopParts() {
    issuerServer.stop(0);
    upstream.close();
  }

  private void serve(String path, java.util.function.Supplier<String> body) {
    issuerServer.createContext(
        path,
        exchange -> {
          byte[] json = body.get().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(issuerDown.get() ? 500 : 200, json.length);
          exchange.getResponseBody().write(json);
          exchange.close();
        });
  }

  private String yaml() {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0", token: "admin-token-of-the-test"}
    issuers:
      - name: test
        issuer: "%s"
        audience: "appointments:api"
        refresh: {every: 10m, cooldown: 1s, burst: 2, timeout: 2s}
    upstreams: {appointments: "http://127.0.0.1:%d"}
    defaults:
      identity: {X-User: sub}
      cors: {origins: ["http://localhost:3000"]}
    routes:
      - path: /api/appointments/**
        methods: [GET, HEAD]
        upstream: appointments
        require: {scopes: ["read:appointments"]}
      - path: /api/appointments/**
        methods: [POST, DELETE]
        upstream: appointments
        require: {scopes: ["write:appointments"]}
      - {path: /health, methods: [GET], upstream: appointments, public: true}
    """
        .formatted(issuer.issuer(), upstream.port());
  }

  private String reader() {
    return issuer.token().scopes("openid", "read:appointments").sign();
  }

  @Test
  @DisplayName("the story: a good token reaches the API, as an identity header and nothing more")
  void request_withGoodToken_isForwardedWithoutIt() throws Exception {
    try (var gateway = new RunningGateway(yaml())) {
      HttpResponse<String> response =
          gateway.send(
              "GET",
              "/api/appointments/7?view=full",
              "Authorization",
              "bearer " + reader(),
              "X-User",
              "mallory",
              "x-USER",
              "eve");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("ok");
      String seen = upstream.conversation(0).received();
      assertThat(seen).startsWith("GET /api/appointments/7?view=full HTTP/1.1\r\n");
      assertThat(
              seen.lines()
                  .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("x-user:")))
          .containsExactly("X-User: alice");
      assertThat(seen).doesNotContainIgnoringCase("authorization").doesNotContain("eyJ");
    }
  }

  @Test
  @DisplayName(
      "the story: each refusal has its status, challenge and reason, and nothing is forwarded")
  void request_withBadToken_isRefusedForTheRightReason() throws Exception {
    Instant hourAgo = Instant.now().minusSeconds(3600);
    try (var gateway = new RunningGateway(yaml())) {
      refused(
          gateway.send("GET", "/api/appointments"), 401, "no_token", "Bearer realm=\"bearward\"");
      refused(
          gateway.send("GET", "/api/appointments", "Authorization", "Basic YTpi"),
          401,
          "no_token",
          "Bearer realm=\"bearward\"");
      refused(
          gateway.get("/api/appointments", issuer.token().expiresAt(hourAgo).sign()),
          401,
          "expired",
          "error=\"invalid_token\"");
      refused(
          gateway.get("/api/appointments", issuer.token().audience("other").sign()),
          401,
          "wrong_audience",
          "error=\"invalid_token\"");
      String good = reader();
      char last = good.charAt(good.length() - 4);
      String tampered =
          good.substring(0, good.length() - 4)
              + (last == 'A' ? 'B' : 'A')
              + good.substring(good.length() - 3);
      refused(
          gateway.get("/api/appointments", tampered),
          401,
          "bad_signature",
          "error=\"invalid_token\"");
      refused(
          gateway.get("/api/appointments", issuer.token().scopes("openid").sign()),
          403,
          "insufficient_scope",
          "scope=\"read:appointments\"");
      refused(
          gateway.send("POST", "/api/appointments", "Authorization", "Bearer " + good),
          403,
          "insufficient_scope",
          "scope=\"write:appointments\"");
      assertThat(gateway.get("/nothing", good).statusCode()).isEqualTo(404);
      HttpResponse<String> patch =
          gateway.send("PATCH", "/api/appointments", "Authorization", "Bearer " + good);
      assertThat(patch.statusCode()).isEqualTo(405);
      assertThat(patch.headers().firstValue("allow")).hasValue("DELETE, GET, HEAD, POST");
      assertThat(upstream.conversations()).isEmpty();
    }
  }

  private static void refused(
      HttpResponse<String> response, int status, String reason, String challenge) {
    assertThat(response.statusCode()).as(reason).isEqualTo(status);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"").doesNotContain("eyJ");
    assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-store");
    assertThat(response.headers().firstValue("www-authenticate").orElse("")).contains(challenge);
  }

  @Test
  @DisplayName("rules 162, 163: a page of another origin gets its preflight and can read refusals")
  void page_ofOtherOrigin_readsAnswersAndRefusals() throws Exception {
    try (var gateway = new RunningGateway(yaml())) {
      var preflight =
          gateway.send(
              "OPTIONS",
              "/api/appointments",
              "Origin",
              SPA,
              "Access-Control-Request-Method",
              "POST",
              "Access-Control-Request-Headers",
              "authorization,content-type");
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("access-control-allow-origin")).hasValue(SPA);
      var refusal = gateway.send("GET", "/api/appointments", "Origin", SPA);
      assertThat(refusal.statusCode()).isEqualTo(401);
      assertThat(refusal.headers().firstValue("access-control-allow-origin")).hasValue(SPA);
      assertThat(refusal.headers().firstValue("access-control-expose-headers").orElse(""))
          .contains("WWW-Authenticate");
      var answer =
          gateway.send(
              "GET", "/api/appointments", "Origin", SPA, "Authorization", "Bearer " + reader());
      assertThat(answer.headers().allValues("access-control-allow-origin")).containsExactly(SPA);
    }
  }

  @Test
  @DisplayName(
      "rules 55, 56, 185: starts without the issuer, answers 503 and never 401, then serves")
  void issuerDown_atStart_isUnavailableUntilItIsBack() throws Exception {
    issuerDown.set(true);
    try (var gateway = new RunningGateway(yaml())) {
      HttpResponse<String> down = gateway.get("/api/appointments", reader());
      assertThat(down.statusCode()).isEqualTo(503);
      assertThat(down.body()).contains("keys_unavailable");
      assertThat(down.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.send("GET", "/health").statusCode()).isEqualTo(200);
      issuerDown.set(false);
      Eventually.await("keys", () -> status(gateway, reader()) == 200);
    }
  }

  @Test
  @DisplayName("rule 54: a token of a new key is accepted at once after a rotation")
  void rotation_newKey_isFetchedOnDemand() throws Exception {
    try (var gateway = new RunningGateway(yaml())) {
      assertThat(status(gateway, reader())).isEqualTo(200);
      TestKey next = TestKey.generate(JwsAlgorithm.ES256, "next");
      issuer.publish(next);
      String token = issuer.token(next).scopes("read:appointments").sign();
      assertThat(status(gateway, token)).isEqualTo(200);
    }
  }

  private static int status(RunningGateway gateway, String token) {
    try {
      return gateway.get("/api/appointments", token).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rule 57: a key removed and the issuer refreshed, its cached tokens are refused")
  void removedKey_afterRefresh_endsCachedTokens() throws Exception {
    try (var gateway = new RunningGateway(yaml())) {
      TestKey old = issuer.key();
      String cached = reader();
      assertThat(status(gateway, cached)).isEqualTo(200);
      issuer.publish(TestKey.generate(JwsAlgorithm.ES256, "next"));
      issuer.withdraw(old);
      var refreshed =
          gateway.admin(
              "POST",
              "/issuers/test/refresh",
              "Content-Type",
              "application/json",
              "Authorization",
              "Bearer admin-token-of-the-test");
      assertThat(refreshed.statusCode()).isEqualTo(200);
      assertThat(status(gateway, cached)).isEqualTo(401);
    }
  }

  @Test
  @DisplayName("rule 12: metrics, admin port and access log tell what happened and hold no token")
  void exchange_isCountedAndLogged_withoutToken() throws Exception {
    String log;
    try (var gateway = new RunningGateway(yaml())) {
      String token = reader();
      assertThat(status(gateway, token)).isEqualTo(200);
      assertThat(status(gateway, token)).isEqualTo(200);
      assertThat(gateway.send("GET", "/api/appointments").statusCode()).isEqualTo(401);
      String metrics = gateway.admin("GET", "/metrics").body();
      assertThat(metrics)
          .contains("reason=\"no_token\"")
          .contains("bearward_crypto_provider{provider=")
          .contains("upstream=\"appointments\"")
          .contains("issuer=\"test\"")
          .doesNotContain("eyJ");
      assertThat(gateway.admin("GET", "/health/ready").statusCode()).isEqualTo(200);
      String bearer = "Bearer admin-token-of-the-test";
      assertThat(gateway.admin("GET", "/issuers", "Authorization", bearer).body())
          .contains(issuer.key().keyId());
      assertThat(gateway.admin("GET", "/routes", "Authorization", bearer).body())
          .contains("/api/appointments/**");
      Eventually.await("three lines", () -> gateway.accessLog().lines().count() == 3);
      log = gateway.accessLog();
    }
    assertThat(log)
        .contains("\"reason\":\"no_token\"")
        .contains("\"status\":200")
        .contains("alice");
    assertThat(log).doesNotContain("eyJ");
  }

  @Test
  @DisplayName("a port that is taken: the message names it, and nothing is left running")
  void start_onTakenPort_namesIt() {
    int port = upstream.port();
    String taken = yaml().replaceFirst("127.0.0.1:0", "127.0.0.1:" + port);
    assertThatThrownBy(
            () -> Gateway.start(RunningGateway.settings(taken), OutputStream.nullOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port);
    Eventually.await("threads to end", () -> threads("bearward-io") == 0);
  }

  private static long threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }

  @Test
  @DisplayName("the faster crypto provider comes up in the background where it can, and says so")
  void crypto_isNamedInMetrics() throws Exception {
    try (var gateway = new RunningGateway(yaml())) {
      assertThat(gateway.admin("GET", "/metrics").body()).contains("bearward_crypto_provider{");
      if (System.getProperty("os.name").equals("Linux")) {
        Eventually.await("Corretto", () -> metrics(gateway).contains("Corretto"));
        assertThat(status(gateway, reader())).isEqualTo(200);
      }
    }
  }

  private static String metrics(RunningGateway gateway) {
    try {
      return gateway.admin("GET", "/metrics").body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
