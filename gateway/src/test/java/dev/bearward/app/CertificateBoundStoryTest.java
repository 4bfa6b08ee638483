package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are bound to a client certificate, over real TLS through the whole gateway. */
class CertificateBoundStoryTest {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity ALICE = AUTHORITY.issue("alice");
  private static final TestIdentity MALLORY = AUTHORITY.issue("mallory");

  private final TestIssuer issuer = TestIssuer.simple();
  private RawUpstream upstream;
  @TempDir private Path folder;

  @BeforeEach
  void startParts() throws Exception {
    upstream = RawUpstream.answering(Story.OK);
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    AUTHORITY.issue("gateway", "127.0.0.1").into(folder, "tls");
  }

  @AfterEach
  void stopParts() {
    upstream.close();
  }

  private Gateway gateway(String mtls) throws Exception {
    String yaml =
        """
        server:
          listen: 127.0.0.1:0
          tls: {certificate: DIR/tls.crt, key: DIR/tls.key, clientAuth: optional, clientCa: DIR/ca.crt}
        admin: {listen: disabled}
        issuers:
          - name: test
            issuer: "ISSUER"
            audience: "appointments:api"
            keys: {inline: 'KEYS'}
            binding: {mtls: MTLS}
        upstreams: {app: "http://127.0.0.1:PORT"}
        routes: [{path: /**, upstream: app, require: {}}]
        """
            .replace("DIR", folder.toString())
            .replace("ISSUER", issuer.issuer())
            .replace("KEYS", issuer.jwks().replaceAll("\\s+", ""))
            .replace("MTLS", mtls)
            .replace("PORT", Integer.toString(upstream.port()));
    return Gateway.start(RunningGateway.settings(yaml), OutputStream.nullOutputStream());
  }

  private static HttpResponse<String> ask(
      Gateway gateway, SSLContext presenting, String token, String... headers) throws Exception {
    int port = gateway.addresses().getFirst().getPort();
    var request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/a"))
            .header("Authorization", "Bearer " + token);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try (var client = HttpClient.newBuilder().sslContext(presenting).build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private String boundToAlice() {
    return issuer.token().claim("cnf", Map.of("x5t#S256", ALICE.thumbprint())).sign();
  }

  private static void refused(HttpResponse<String> response, String reason) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"");
    assertThat(response.headers().firstValue("www-authenticate").orElse(""))
        .startsWith("Bearer ")
        .contains("error=\"invalid_token\"");
  }

  @Test
  @DisplayName("rule 78: over TLS a bound token passes with its own certificate and no other")
  void token_boundToCertificate_needsIt() throws Exception {
    String token = boundToAlice();
    SSLContext alice = ALICE.presenting(AUTHORITY);
    SSLContext mallory = MALLORY.presenting(AUTHORITY);
    SSLContext nobody = TestIdentity.trusting(AUTHORITY);
    try (Gateway gateway = gateway("optional")) {
      refused(ask(gateway, mallory, token), "proof_missing");
      refused(ask(gateway, nobody, token), "proof_missing");
      assertThat(upstream.conversations()).isEmpty();

      assertThat(ask(gateway, alice, token).statusCode()).isEqualTo(200);
      // Known by now, and yet the certificate counts for each connection anew.
      refused(ask(gateway, mallory, token), "proof_missing");
      refused(ask(gateway, nobody, token), "proof_missing");
      String field =
          ":"
              + java.util.Base64.getEncoder().encodeToString(ALICE.certificate().getEncoded())
              + ":";
      refused(ask(gateway, nobody, token, "Client-Cert", field), "proof_missing");
      assertThat(ask(gateway, nobody, issuer.token().sign()).statusCode()).isEqualTo(200);
      assertThat(upstream.conversations().getFirst().received())
          .doesNotContainIgnoringCase("client-cert");
    }
  }

  @Test
  @DisplayName("rule 78: required, an unbound token is refused; disabled, a bound one is")
  void token_whereBindingIsRequiredOrDisabled_isRefused() throws Exception {
    SSLContext alice = ALICE.presenting(AUTHORITY);
    try (Gateway gateway = gateway("required")) {
      refused(ask(gateway, alice, issuer.token().sign()), "proof_missing");
      assertThat(ask(gateway, alice, boundToAlice()).statusCode()).isEqualTo(200);
    }
    try (Gateway gateway = gateway("disabled")) {
      refused(ask(gateway, alice, boundToAlice()), "binding_not_supported");
      assertThat(ask(gateway, alice, issuer.token().sign()).statusCode()).isEqualTo(200);
    }
    assertThat(upstream.conversations()).hasSize(2);
  }
}
