package dev.bearward.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bearward.demo.web.Http;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config/appointments.yaml} in the real gateway, over the demo's servers, on free ports. */
final class DemoWithGatewayTest {
  private static final Path TREE = Path.of("..");
  private static final String TEA =
      "{\"title\":\"Tea\",\"startsAt\":\"2030-01-01T15:00:00Z\",\"minutes\":30}";

  private static Stack stack = new Stack(FreePorts.choose(), line -> {});
  private static Ports ports = FreePorts.choose();

  @BeforeAll
  static void start() throws Exception {
    Path jar = TREE.resolve("gateway/target/bearward.jar");
    assumeTrue(Files.isRegularFile(jar), "the gateway is not built: mvn verify in the source tree");
    ports = FreePorts.choose();
    stack = new Stack(ports, line -> {});
    stack.startServers();
    stack.startGateway(
        new GatewayProcess.Command(
            jar,
            TREE.resolve("config/appointments.yaml"),
            Optional.of(TREE.resolve("gateway/src/main/dist/jvm.options"))),
        line -> {});
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  private static HttpResponse<String> call(
      String method, String path, String token, String body, String... headers) {
    String[] all = new String[headers.length + 4];
    System.arraycopy(headers, 0, all, 4, headers.length);
    all[0] = "Authorization";
    all[1] = "Bearer " + token;
    all[2] = "Content-Type";
    all[3] = "application/json";
    return Http.send(method, ports.gatewayUrl() + path, body, all);
  }

  private static HttpResponse<String> get(String path, String token) {
    return call("GET", path, token, "");
  }

  private static String token(Map<String, Object> fields) throws InterruptedException {
    return switch (new TokenRequest(ports.issuer()).fetch(fields)) {
      case TokenRequest.Answer.Token(String value) -> value;
      case TokenRequest.Answer.Refused(String detail) -> throw new AssertionError(detail);
      case TokenRequest.Answer.Unreachable(String detail) -> throw new AssertionError(detail);
    };
  }

  private static String token(String user) throws InterruptedException {
    return token(Map.of("user", user));
  }

  private static void assertRefused(
      HttpResponse<String> answer, int status, String reason, String challenge) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Http.header(answer, "Content-Type")).startsWith("application/problem+json");
    assertThat(Http.json(answer)).containsEntry("reason", reason).containsEntry("status", status);
    assertThat(Http.header(answer, "WWW-Authenticate")).contains(challenge);
    assertThat(Http.header(answer, "Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void validToken_listsOnesOwn_whateverIdentityTheClientClaims() throws Exception {
    HttpResponse<String> answer =
        call("GET", "/api/appointments", token("alice"), "", "X-User", "bob", "x-user", "bob");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Dentist").doesNotContain("Piano lesson");
    assertThat(get("/api/contacts", token("bob")).body()).contains("Priya Raman");
  }

  @Test
  void writer_createsReadsAndCancels() throws Exception {
    String token = token("alice");
    HttpResponse<String> created = call("POST", "/api/appointments", token, TEA);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    String path = Http.header(created, "Location");
    assertThat(get(path, token).statusCode()).isEqualTo(200);
    assertThat(call("DELETE", path, token, "").statusCode()).isEqualTo(204);
    assertThat(get(path, token).statusCode()).isEqualTo(404);
  }

  @Test
  void readOnlyUser_mayNotWrite() throws Exception {
    String token = token("bob");
    String challenge = "error=\"insufficient_scope\"";
    HttpResponse<String> create = call("POST", "/api/appointments", token, TEA);
    assertRefused(create, 403, "insufficient_scope", challenge);
    assertThat(Http.header(create, "WWW-Authenticate")).contains("scope=\"write:appointments\"");
    assertRefused(
        call("DELETE", "/api/appointments/1", token, ""), 403, "insufficient_scope", challenge);
  }

  @ParameterizedTest
  @CsvSource({
    "appointments contacts, 200, 403, 200",
    "read:appointments, 200, 403, 403",
    "write:appointments, 403, 201, 403",
    "contacts, 403, 403, 200",
    "openid profile email, 403, 403, 403",
  })
  void eachScope_opensItsOwnRoutesOnly(String scope, int list, int create, int contacts)
      throws Exception {
    String token = token(Map.of("user", "alice", "scope", scope));
    assertThat(get("/api/appointments", token).statusCode()).isEqualTo(list);
    assertThat(call("POST", "/api/appointments", token, TEA).statusCode()).isEqualTo(create);
    assertThat(get("/api/contacts", token).statusCode()).isEqualTo(contacts);
  }

  @Test
  void brokenTokens_areRefusedForTheRightReason() throws Exception {
    String invalid = "error=\"invalid_token\"";
    String expired = token(Map.of("user", "alice", "expires_in", -3600));
    assertRefused(get("/api/appointments", expired), 401, "expired", invalid);
    String foreign = token(Map.of("user", "alice", "audience", "other:api"));
    assertRefused(get("/api/appointments", foreign), 401, "wrong_audience", invalid);
    String[] parts = token("bob").split("\\.", -1);
    String mixed = parts[0] + "." + parts[1] + "." + token("alice").split("\\.", -1)[2];
    assertRefused(get("/api/appointments", mixed), 401, "bad_signature", invalid);
    assertRefused(get("/api/appointments", "nonsense"), 401, "token_malformed", invalid);

    HttpResponse<String> none = Http.get(ports.gatewayUrl() + "/api/appointments");
    assertRefused(none, 401, "no_token", "Bearer realm=");
    assertThat(Http.header(none, "WWW-Authenticate")).doesNotContain("error");
  }

  @Test
  void newSigningKey_isTakenWithoutARestart() throws Exception {
    String before = token("alice");
    assertThat(Http.send("POST", ports.issuer() + "dev/rotate", "").statusCode()).isEqualTo(200);
    assertThat(get("/api/appointments", token("alice")).statusCode()).isEqualTo(200);
    assertThat(get("/api/appointments", before).statusCode()).isEqualTo(200);
  }

  @Test
  void whatNoRouteNames_isRefused() throws Exception {
    assertThat(Http.get(ports.gatewayUrl() + "/health").statusCode()).isEqualTo(200);
    String token = token("alice");
    assertThat(Http.json(get("/api/other", token))).containsEntry("reason", "no_route");
    HttpResponse<String> put = call("PUT", "/api/appointments", token, TEA);
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(List.of(Http.header(put, "Allow").split(", *", -1)))
        .containsExactlyInAnyOrder("GET", "HEAD", "POST", "DELETE");
  }

  @Test
  void preflight_allowsTheAppAndNobodyElse() {
    String app = ports.spaUrl().substring(0, ports.spaUrl().length() - 1);
    HttpResponse<String> allowed = preflight(app);
    assertThat(Http.header(allowed, "Access-Control-Allow-Origin")).isEqualTo(app);
    assertThat(Http.header(allowed, "Access-Control-Allow-Headers")).contains("Authorization");
    assertThat(Http.header(allowed, "Access-Control-Allow-Methods")).contains("POST");
    HttpResponse<String> foreign = preflight("https://evil.example");
    assertThat(Http.header(foreign, "Access-Control-Allow-Origin")).isEmpty();
  }

  private static HttpResponse<String> preflight(String origin) {
    return Http.send(
        "OPTIONS",
        ports.gatewayUrl() + "/api/appointments",
        "",
        "Origin",
        origin,
        "Access-Control-Request-Method",
        "POST",
        "Access-Control-Request-Headers",
        "authorization, content-type");
  }
}
