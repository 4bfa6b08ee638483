package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Revocation through the admin port, over real sockets and a restart. */
@Timeout(120)
class RevocationTest {
  private static final String BEARER = "Bearer admin-token-of-the-test";

  @TempDir private Path folder;

  private RawUpstream upstream;
  private IssuerSite site;
  private TestIssuer issuer;
  private final Instant end = Instant.now().plus(Duration.ofHours(2));

  @BeforeEach
  void startParts() throws IOException {
    upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    site = new IssuerSite();
    issuer = site.issuer();
  }

  @AfterEach
  void stopParts() {
    site.close();
    upstream.close();
  }

  private Path file() {
    return folder.resolve("revoked.json");
  }

  private String yaml(String revocation) {
    return """
    server: {listen: "127.0.0.1:0"}
    admin: {listen: "127.0.0.1:0", token: "admin-token-of-the-test"}
    issuers: [{name: test, issuer: "%s", audience: "appointments:api"}]
    upstreams: {appointments: "http://127.0.0.1:%d"}
    routes: [{path: /**, upstream: appointments, require: {}}]
    revocation: %s
    """
        .formatted(issuer.issuer(), upstream.port(), revocation);
  }

  private String persistent() {
    return yaml("{persist: \"" + file() + "\"}");
  }

  private static HttpResponse<String> revoke(RunningGateway gateway, String json)
      throws IOException, InterruptedException {
    return gateway.adminPost("/revocations", json, "Authorization", BEARER);
  }

  private static void assertRevoked(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"reason\":\"revoked\"");
    assertThat(response.headers().firstValue("www-authenticate").orElse(""))
        .contains("error=\"invalid_token\"");
  }

  private String token(String jti) {
    return issuer.token().claim("jti", jti).sign();
  }

  @Test
  @DisplayName("revocation: a cached token is refused at once, and still after a restart")
  void revoke_byTokenId_holdsAtOnceAndAfterARestart() throws Exception {
    String denied = token("one");
    String good = token("two");
    try (var gateway = new RunningGateway(persistent())) {
      assertThat(gateway.get("/", denied).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/", denied).statusCode()).isEqualTo(200);
      int forwarded = requests();
      HttpResponse<String> answer =
          revoke(gateway, "{\"jti\":\"one\",\"issuer\":\"test\",\"expiresAt\":\"" + end + "\"}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"jti\":\"one\"").contains("\"durable\":true");
      for (int i = 0; i < 3; i++) {
        assertRevoked(gateway.get("/", denied));
      }
      assertThat(requests()).isEqualTo(forwarded);
      assertThat(gateway.get("/", good).statusCode()).isEqualTo(200);
      assertThat(gateway.admin("GET", "/revocations", "Authorization", BEARER).body())
          .startsWith("{\"count\":1,\"revocations\":[{\"jti\":\"one\",\"issuer\":\"test\"");
      assertThat(gateway.admin("GET", "/metrics").body())
          .contains("bearward_revocations{by=\"jti\"} 1.0")
          .contains("bearward_revocations{by=\"sub\"} 0.0")
          .contains("bearward_refusals_total{reason=\"revoked\"} 3.0");
    }
    try (var restarted = new RunningGateway(persistent())) {
      assertRevoked(restarted.get("/", denied));
      assertThat(restarted.get("/", good).statusCode()).isEqualTo(200);
    }
  }

  private int requests() {
    return upstream.conversations().stream()
        .mapToInt(c -> c.received().split("GET / HTTP", -1).length - 1)
        .sum();
  }

  @Test
  @DisplayName("revocation: of a subject the older tokens are refused, and those got later are not")
  void revoke_bySubject_leavesLaterTokens() throws Exception {
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    String older = issuer.token().issuedAt(now.minusSeconds(5)).sign();
    String later = issuer.token().issuedAt(now).sign();
    String undated = issuer.token().without("iat").sign();
    try (var gateway = new RunningGateway(yaml("{}"))) {
      for (String token : new String[] {older, later, undated}) {
        assertThat(gateway.get("/", token).statusCode()).isEqualTo(200);
      }
      HttpResponse<String> answer =
          revoke(
              gateway,
              "{\"sub\":\"alice\",\"issuedBefore\":%d,\"expiresAt\":%d}"
                  .formatted(now.getEpochSecond(), end.getEpochSecond()));
      assertThat(answer.body())
          .contains("\"durable\":false")
          .contains("revocation.persist is not set");
      assertRevoked(gateway.get("/", older));
      assertRevoked(gateway.get("/", undated));
      assertThat(gateway.get("/", later).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/", issuer.token().subject("bob").sign()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("revocation: a mistake is refused with the member, and revokes nothing")
  void revoke_wrongly_isRefused() throws Exception {
    try (var gateway = new RunningGateway(persistent())) {
      HttpResponse<String> answer =
          revoke(gateway, "{\"jti\":\"a\",\"issuer\":\"tset\",\"expiresAt\":\"" + end + "\"}");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("issuer: tset (expected: the name of a configured issuer: test)");
      assertThat(gateway.adminPost("/revocations", "{}").statusCode()).isEqualTo(401);
      assertThat(gateway.admin("GET", "/revocations", "Authorization", BEARER).body())
          .isEqualTo("{\"count\":0,\"revocations\":[]}\n");
    }
  }

  @Test
  @DisplayName("revocation: a broken file keeps the gateway from starting and is left as it is")
  void start_withBrokenFile_namesItAndChangesNothing() throws Exception {
    Files.writeString(file(), "{\"version\":1,\"revocations\":[{\"jti\":");
    assertThatThrownBy(() ->
            Gateway.start(RunningGateway.settings(persistent()), OutputStream.nullOutputStream()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("line 1");
    assertThat(file()).hasContent("{\"version\":1,\"revocations\":[{\"jti\":");
  }
}
