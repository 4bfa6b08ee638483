package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Opaque tokens end to end over real sockets: issuer, gateway from YAML, recording upstream. */
@Timeout(120)
class IntrospectionTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok";
  private static final String PATH = "/introspect";
  private static final String GOOD = "opaque-token-of-alice";

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private ScriptedServer server;
  private RawUpstream upstream;
  private TestIssuer issuer;

  @BeforeEach
  void startParts() throws IOException {
    server = ScriptedServer.start().on(PATH, this::introspect);
    upstream = RawUpstream.answering(OK);
    issuer =
        new TestIssuer(
            "test", server.uri("/").toString(), InstantSource.system(), JwsAlgorithm.ES256);
    answers.put(GOOD, active("read:appointments", 600));
  }

  @AfterEach
  void stopParts() {
    server.close();
    upstream.close();
  }

  private static String active(String scope, int seconds) {
    return """
    {"active":true,"sub":"alice","aud":"appointments:api","scope":"%s","exp":%d}\
    """
        .formatted(scope, Instant.now().getEpochSecond() + seconds);
  }

  private void introspect(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = body.substring("token=".length(), body.indexOf('&'));
    ScriptedServer.json(answers.getOrDefault(token, "{\"active\":false}")).answer(exchange);
  }

  private String yaml(String keys, String timeout) {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0"}
    issuers:
      - name: test
        issuer: "%s"
        audience: "appointments:api"
        %s
        refresh: {timeout: %s}
        introspection: {url: "%s", clientId: gateway, clientSecret: hunter2-hunter2, cache: 60s}
    upstreams: {appointments: "http://127.0.0.1:%d"}
    defaults: {identity: {X-User: sub}}
    routes:
      - {path: /api/**, upstream: appointments, require: {scopes: ["read:appointments"]}}
      - {path: /write, upstream: appointments, require: {scopes: ["write:appointments"]}}
    """
        .formatted(issuer.issuer(), keys, timeout, server.uri(PATH), upstream.port());
  }

  private RunningGateway gateway() throws IOException {
    return new RunningGateway(yaml("keys: none", "1s"));
  }

  private static void refused(HttpResponse<String> response, int status, String reason) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"");
    assertThat(response.headers().firstValue("www-authenticate").isPresent())
        .as("a challenge")
        .isEqualTo(status != 503);
    assertThat(response.headers().firstValue("retry-after").isPresent())
        .as("Retry-After")
        .isEqualTo(status == 503);
  }

  @Test
  @DisplayName("rules 83, 85: an opaque token that is active reaches the API as an identity header")
  void request_withActiveToken_isForwardedWithoutIt() throws Exception {
    try (var gateway = gateway()) {
      assertThat(gateway.get("/api/7", GOOD).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/api/8", GOOD).statusCode()).isEqualTo(200);

      assertThat(server.hits(PATH)).isEqualTo(1);
      assertThat(upstream.conversation(0).received())
          .contains("X-User: alice\r\n")
          .doesNotContainIgnoringCase("authorization")
          .doesNotContain(GOOD);
      refused(gateway.get("/write", GOOD), 403, "insufficient_scope");
    }
  }

  @Test
  @DisplayName("rules 84, 87: refused tokens are 401, an issuer that does not answer is 503")
  void request_withOtherTokens_isRefusedForTheRightReason() throws Exception {
    answers.put("text", "{\"active\":\"true\",\"aud\":\"appointments:api\"}");
    answers.put("other-api", "{\"active\":true,\"aud\":\"other\"}");
    answers.put("old", active("read:appointments", -600));
    answers.put("bound", active("x\",\"cnf\":{\"jkt\":\"y\"},\"scp\":\"x", 600));
    try (var gateway = gateway()) {
      refused(gateway.get("/api/7", "junk"), 401, "inactive");
      refused(gateway.get("/api/7", "other-api"), 401, "wrong_audience");
      refused(gateway.get("/api/7", "old"), 401, "expired");
      refused(gateway.get("/api/7", "bound"), 401, "binding_not_supported");
      refused(gateway.get("/api/7", "text"), 503, "introspection_unavailable");
      server.on(PATH, ScriptedServer.answer(401, null, ""));
      refused(gateway.get("/api/7", "another"), 503, "introspection_unavailable");
      server.on(PATH, server.after(new CountDownLatch(1), this::introspect));
      refused(gateway.get("/api/7", "slow"), 503, "introspection_unavailable");
      assertThat(upstream.conversations()).isEmpty();

      server.on(PATH, this::introspect);
      Eventually.await("recovery", () -> status(gateway, GOOD) == 200);
    }
  }

  private static int status(RunningGateway gateway, String token) {
    try {
      return gateway.get("/api/7", token).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("a JWT is never asked for: it is verified by its signature, on the same route")
  void request_withJwt_isVerifiedByItsKey() throws Exception {
    server
        .on(
            "/.well-known/openid-configuration",
            ScriptedServer.json(
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}"
                    .formatted(issuer.issuer(), server.uri("/jwks"))))
        .on("/jwks", ScriptedServer.json(issuer.jwks()));
    try (var gateway = new RunningGateway(yaml("", "5s"))) {
      String jwt = issuer.token().scopes("read:appointments").sign();
      assertThat(status(gateway, jwt)).isEqualTo(200);
      assertThat(status(gateway, GOOD)).isEqualTo(200);
      refused(
          gateway.get("/api/7", jwt.substring(0, jwt.length() - 4) + "AAAA"), 401, "bad_signature");
      refused(gateway.get("/api/7", "a.b.c"), 401, "token_malformed");
      refused(gateway.get("/api/7", "a.b.c.d.e"), 401, "inactive");

      assertThat(server.hits(PATH)).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("keys: none: ready without any key, and a JWT of that issuer is refused")
  void gateway_withoutKeys_isReady() throws Exception {
    try (var gateway = gateway()) {
      assertThat(gateway.admin("GET", "/health/ready").statusCode()).isEqualTo(200);
      refused(gateway.get("/api/7", issuer.token().sign()), 401, "unknown_key");
      assertThat(server.hits("/.well-known/openid-configuration")).isZero();
    }
  }

  @Test
  @DisplayName("/issuers shows the last answer and the last error of introspection, never a secret")
  void issuers_showIntrospection() throws Exception {
    try (var gateway = gateway()) {
      assertThat(gateway.admin("GET", "/issuers").body())
          .contains("\"introspection\":{\"lastAnswer\":null,\"lastError\":null,\"waiting\":0}");
      assertThat(status(gateway, GOOD)).isEqualTo(200);
      server.on(PATH, ScriptedServer.answer(401, null, ""));
      assertThat(status(gateway, "other-token")).isEqualTo(503);
      assertThat(gateway.admin("GET", "/issuers").body())
          .containsPattern("\"lastAnswer\":\"20[^\"]+\"")
          .contains("status 401 (expected: 200)")
          .doesNotContain("hunter2", "other-token", GOOD);
    }
  }

  @Test
  @DisplayName("a revoked subject's opaque token is refused at once, though its answer is kept")
  void revocation_ofSubject_endsKeptOpaqueTokens() throws Exception {
    String yaml =
        yaml("keys: none", "1s")
            .replace(
                "admin: {listen: \"127.0.0.1:0\"}",
                "admin: {listen: \"127.0.0.1:0\", token: \"admin-token-of-the-test\"}");
    answers.put(
        GOOD,
        active("read:appointments", 600)
            .replace("}", ",\"iat\":" + (Instant.now().getEpochSecond() - 10) + "}"));
    try (var gateway = new RunningGateway(yaml)) {
      assertThat(status(gateway, GOOD)).isEqualTo(200);
      HttpResponse<String> made =
          gateway.adminPost(
              "/revocations",
              "{\"issuer\":\"test\",\"sub\":\"alice\",\"issuedBefore\":\"%s\",\"expiresAt\":\"%s\"}"
                  .formatted(Instant.now(), Instant.now().plusSeconds(600)),
              "Authorization",
              "Bearer admin-token-of-the-test");
      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      refused(gateway.get("/api/7", GOOD), 401, "revoked");
      assertThat(server.hits(PATH)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("300 concurrent requests with one token over sockets: one call, all answered")
  void requests_withOneTokenAtOnce_askOnce() throws Exception {
    var gate = new CountDownLatch(1);
    server.on(PATH, server.after(gate, this::introspect));
    try (var gateway = new RunningGateway(yaml("keys: none", "30s"));
        var client = HttpClient.newHttpClient()) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      var request =
          HttpRequest.newBuilder(gateway.uri("/api/7"))
              .version(HttpClient.Version.HTTP_1_1)
              .header("Authorization", "Bearer " + GOOD)
              .build();
      for (int i = 0; i < 300; i++) {
        all.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      }
      Eventually.await("all wait", () -> metrics(gateway).contains(waiting(300)));
      gate.countDown();

      assertThat(all).allSatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(200));
      assertThat(server.hits(PATH)).isEqualTo(1);
    }
  }

  private static String waiting(int count) {
    return "bearward_introspection_waiting{issuer=\"test\"} " + count + ".0";
  }

  private static String metrics(RunningGateway gateway) {
    try {
      return gateway.admin("GET", "/metrics").body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rules 12, 186: metrics and access log tell what happened, and hold no token")
  void exchange_isCountedAndLogged_withoutToken() throws Exception {
    String log;
    String metrics;
    try (var gateway = gateway()) {
      assertThat(status(gateway, GOOD)).isEqualTo(200);
      assertThat(status(gateway, GOOD)).isEqualTo(200);
      assertThat(status(gateway, "junk-token")).isEqualTo(401);
      server.on(PATH, ScriptedServer.answer(500, null, ""));
      assertThat(status(gateway, "other-token")).isEqualTo(503);
      metrics = metrics(gateway);
      Eventually.await("four lines", () -> gateway.accessLog().lines().count() == 4);
      log = gateway.accessLog();
    }
    assertThat(metrics)
        .contains("bearward_introspection_calls_total{issuer=\"test\",result=\"accepted\"} 1.0")
        .contains("bearward_introspection_calls_total{issuer=\"test\",result=\"refused\"} 1.0")
        .contains("bearward_introspection_calls_total{issuer=\"test\",result=\"failed\"} 1.0")
        .contains("bearward_introspection_duration_seconds_count{issuer=\"test\"} 3")
        .contains("bearward_token_cache_entries 1.0")
        .contains("bearward_token_cache_requests_total{result=\"hit\"} 1.0")
        .contains(waiting(0));
    assertThat(log)
        .contains("\"reason\":\"inactive\"", "\"reason\":\"introspection_unavailable\"", "alice");
    assertThat(log + metrics).doesNotContain(GOOD, "junk-token", "other-token", "hunter2");
  }
}
