package dev.bearward.admin;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.admin.GatewayView.NotRevoked;
import dev.bearward.admin.GatewayView.RevocationState;
import dev.bearward.admin.GatewayView.RevocationsFull;
import dev.bearward.admin.GatewayView.Revoked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RevocationEndpointsTest {
  private static final String TOKEN = "s3cret-of-the-operator";
  private static final Instant END = Instant.parse("2026-11-23T12:00:00Z");
  private static final RevocationState ALICE =
      new RevocationState("sub", "alice", "auth0", END.minusSeconds(60), END);

  private final FakeGateway gateway = new FakeGateway();
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable AdminServer server;

  @AfterEach
  void close() {
    client.close();
    requireNonNull(server).close();
  }

  private URI start(@Nullable String token) throws IOException {
    var settings =
        new AdminSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token);
    var started = new AdminServer(settings, gateway, InstantSource.system());
    server = started;
    return URI.create(
        "http://127.0.0.1:" + requireNonNull(started.start()).getPort() + "/revocations");
  }

  private HttpResponse<String> send(URI uri, String method, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(URI uri, String body) throws IOException, InterruptedException {
    return send(
        uri,
        "POST",
        body,
        "Authorization",
        "Bearer " + TOKEN,
        "Content-Type",
        "application/json; charset=utf-8");
  }

  @Test
  @DisplayName("revocation: the body goes to the gateway as it is, and the answer says durable")
  void post_good_saysWhatIsInForce() throws Exception {
    gateway.revoking = new Revoked(ALICE, null, null);
    HttpResponse<String> response = post(start(TOKEN), "{\"sub\":\"al\u00efce\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"sub\":\"alice\",\"issuer\":\"auth0\",\"issuedBefore\":\"2026-11-23T11:59:00Z\","
                + "\"expiresAt\":\"2026-11-23T12:00:00Z\",\"durable\":true}\n");
    assertThat(gateway.sent).containsExactly("{\"sub\":\"al\u00efce\"}");
  }

  @Test
  @DisplayName("revocation: the answer says when it is not durable, and why")
  void post_notDurable_saysWhy() throws Exception {
    gateway.revoking =
        new Revoked(new RevocationState("jti", "a", null, null, END), "disk \"full\"", null);
    assertThat(post(start(TOKEN), "{}").body())
        .contains("\"issuer\":null,\"issuedBefore\":null")
        .contains("\"durable\":false,\"whyNotDurable\":\"disk \\\"full\\\"\"");
  }

  @Test
  @DisplayName("revocation: what is not understood is 400, and what has no room is 507")
  void post_refused_saysWhy() throws Exception {
    gateway.revoking = new NotRevoked("jti: none (expected: a text)");
    URI uri = start(TOKEN);
    HttpResponse<String> bad = post(uri, "{\"jti\":7}");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("\"detail\":\"jti: none (expected: a text)\"");
    gateway.revoking = new RevocationsFull(50_000);
    HttpResponse<String> full = post(uri, "{}");
    assertThat(full.statusCode()).isEqualTo(507);
    assertThat(full.body()).contains("nothing was revoked").contains("50000");
  }

  @ParameterizedTest
  @DisplayName("rule 183: a revocation always needs the token, JSON, and no web page")
  @CsvSource({
    "none, application/json, X-Nothing, 401",
    "Bearer wrong-token-of-nobody, application/json, X-Nothing, 401",
    "Bearer s3cret-of-the-operator, text/plain, X-Nothing, 415",
    "Bearer s3cret-of-the-operator, application/json, Origin, 403",
    "Bearer s3cret-of-the-operator, application/json, Sec-Fetch-Site, 403",
  })
  void post_byAStranger_isRefused(String credentials, String type, String field, int status)
      throws Exception {
    assertThat(
            send(
                    start(TOKEN),
                    "POST",
                    "{}",
                    "Authorization",
                    credentials,
                    "Content-Type",
                    type,
                    field,
                    "null")
                .statusCode())
        .isEqualTo(status);
    assertThat(gateway.sent).isEmpty();
  }

  @Test
  @DisplayName("rule 183: without a configured token nothing can be revoked, and all be seen")
  void post_withoutConfiguredToken_is403() throws Exception {
    URI uri = start(null);
    assertThat(post(uri, "{}").statusCode()).isEqualTo(403);
    assertThat(gateway.sent).isEmpty();
    assertThat(send(uri, "GET", "").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("rule 183: revocations are shown to those with the token")
  void get_withoutToken_is401() throws Exception {
    gateway.revocations = java.util.List.of(ALICE);
    HttpResponse<String> response = send(start(TOKEN), "GET", "");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).doesNotContain("alice");
  }

  @Test
  @DisplayName("revocation: all are counted, and so many of them shown that an answer is bounded")
  void get_many_showsSome() throws Exception {
    gateway.revocations = Collections.nCopies(Json.MOST_REVOCATIONS + 1, ALICE);
    HttpResponse<String> response =
        send(start(TOKEN), "GET", "", "Authorization", "Bearer " + TOKEN);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).startsWith("{\"count\":1001,\"revocations\":[{\"sub\":\"alice\"");
    assertThat(response.body().split("\"alice\"", -1)).hasSize(Json.MOST_REVOCATIONS + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PUT", "PATCH", "post"})
  void anotherMethod_is405WithAllow(String method) throws Exception {
    HttpResponse<String> response = send(start(TOKEN), method, "");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD, POST");
  }

  @Test
  @DisplayName("revocation: a body has a bound, and each request its own")
  void post_bodies_areBoundedAndKeptApart() throws Exception {
    URI uri = start(TOKEN);
    String most = "x".repeat(AdminConnection.MAX_BODY);
    assertThat(post(uri, most).statusCode()).isEqualTo(400);
    assertThat(post(uri, "{}").statusCode()).isEqualTo(400);
    assertThat(post(uri, most + "x").statusCode()).isEqualTo(413);
    assertThat(gateway.sent).containsExactly(most, "{}");
  }
}
