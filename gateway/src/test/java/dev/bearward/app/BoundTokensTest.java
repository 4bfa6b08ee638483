package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bound tokens over real sockets; the proofs are made by Nimbus' OAuth library. */
class BoundTokensTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String PUBLIC = "https://api.example.com";
  private static final String SPA = "http://localhost:3000";

  private final TestIssuer issuer = TestIssuer.simple();
  private RawUpstream upstream;
  private ECKey key;
  private DefaultDPoPProofFactory proofs;

  @BeforeEach
  void startParts() throws Exception {
    upstream = RawUpstream.answering(OK);
    key = new ECKeyGenerator(Curve.P_256).generate();
    proofs = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
  }

  @AfterEach
  void stopParts() {
    upstream.close();
  }

  private String yaml(String binding) {
    return """
    server: {listen: "127.0.0.1:0", publicUrl: "%s"}
    metadata: {enabled: false}
    admin: {listen: "127.0.0.1:0"}
    issuers:
      - name: test
        issuer: "%s"
        audience: "appointments:api"
        keys: {inline: '%s'}
        binding: %s
    upstreams: {appointments: "http://127.0.0.1:%d"}
    defaults: {cors: {origins: ["%s"]}}
    routes:
      - {path: /api/**, upstream: appointments, require: {}}
      - {path: /whole/**, upstream: appointments, require: {}, token: forward}
    """
        .formatted(
            PUBLIC,
            issuer.issuer(),
            issuer.jwks().replaceAll("\\s+", ""),
            binding,
            upstream.port(),
            SPA);
  }

  private String bound() throws Exception {
    var thumbprint = key.toPublicJWK().computeThumbprint().toString();
    return issuer.token().claim("cnf", Map.of("jkt", thumbprint)).sign();
  }

  private String proof(String method, String path, String token, @Nullable String nonce)
      throws Exception {
    return proofs
        .createDPoPJWT(
            method,
            URI.create(PUBLIC + path),
            new DPoPAccessToken(token),
            nonce == null ? null : new Nonce(nonce))
        .serialize();
  }

  private static HttpResponse<String> send(
      RunningGateway gateway, String path, String token, String proof) throws Exception {
    return gateway.send(
        "GET", path, "Authorization", "DPoP " + token, "DPoP", proof, "Origin", SPA);
  }

  private static void assertRefused(HttpResponse<String> response, String reason) {
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"").doesNotContain("eyJ");
  }

  private static String challenge(HttpResponse<String> response) {
    return response.headers().firstValue("www-authenticate").orElse("");
  }

  @Test
  @DisplayName("rules 69 to 75: the token of a client that proves its key passes, each proof once")
  void request_withProof_passesOnce() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: optional}"))) {
      String token = bound();
      String proof = proof("GET", "/api/7", token, null);
      assertThat(send(gateway, "/api/7?view=full", token, proof).statusCode()).isEqualTo(200);
      assertThat(upstream.conversation(0).received())
          .startsWith("GET /api/7?view=full HTTP/1.1\r\n")
          .doesNotContainIgnoringCase("dpop")
          .doesNotContainIgnoringCase("authorization")
          .doesNotContain("eyJ");

      HttpResponse<String> again = send(gateway, "/api/7", token, proof);
      assertRefused(again, "proof_invalid");
      assertThat(challenge(again))
          .startsWith("Bearer realm=\"bearward\", DPoP realm=\"bearward\", algs=\"")
          .contains("ES256", "error=\"invalid_dpop_proof\"");
      assertRefused(
          send(gateway, "/api/8", token, proof("GET", "/api/7", token, null)), "proof_invalid");
      assertRefused(
          send(gateway, "/api/7", token, proof("POST", "/api/7", token, null)), "proof_invalid");
      String another = bound();
      assertRefused(
          send(gateway, "/api/7", token, proof("GET", "/api/7", another + "x", null)),
          "proof_invalid");
      assertThat(upstream.conversations()).hasSize(1);
      Eventually.await(
          "a line of the access log", () -> gateway.accessLog().contains("\"proof_invalid\""));
      assertThat(gateway.accessLog()).doesNotContain("eyJ");
      assertThat(gateway.admin("GET", "/metrics").body()).contains("reason=\"proof_invalid\"");
    }
  }

  @Test
  @DisplayName("rule 69: a bound token under Bearer is refused, cached or not; a plain one passes")
  void request_underBearer_passesOnlyUnbound() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: optional}"))) {
      String token = bound();
      HttpResponse<String> first = gateway.get("/api/7", token);
      assertRefused(first, "proof_missing");
      assertThat(challenge(first)).startsWith("Bearer realm=\"bearward\", error=\"invalid_token\"");
      String proof = proof("GET", "/api/7", token, null);
      assertThat(send(gateway, "/api/7", token, proof).statusCode()).isEqualTo(200);
      assertRefused(gateway.get("/api/7", token), "proof_missing");
      HttpResponse<String> unproven =
          gateway.send("GET", "/api/7", "Authorization", "dpop " + token);
      assertRefused(unproven, "proof_missing");
      assertThat(challenge(unproven))
          .startsWith("Bearer realm=\"bearward\", DPoP")
          .contains("error=\"invalid_token\"");

      String plain = issuer.token().sign();
      assertThat(gateway.get("/api/7", plain).statusCode()).isEqualTo(200);
      assertRefused(
          send(gateway, "/api/7", plain, proof("GET", "/api/7", plain, null)), "proof_invalid");
    }
  }

  @Test
  @DisplayName("rule 77: where proofs are required there is one challenge, and a plain token fails")
  void request_whereProofsAreRequired_needsOne() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: required}"))) {
      HttpResponse<String> none = gateway.send("GET", "/api/7");
      assertRefused(none, "no_token");
      assertThat(challenge(none))
          .startsWith("DPoP realm=\"bearward\", algs=\"")
          .doesNotContain("Bearer", "error");
      HttpResponse<String> plain = gateway.get("/api/7", issuer.token().sign());
      assertRefused(plain, "proof_missing");
      assertThat(challenge(plain)).startsWith("DPoP").contains("error=\"invalid_token\"");
      String token = bound();
      String proof = proof("GET", "/api/7", token, null);
      assertThat(send(gateway, "/api/7", token, proof).statusCode()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rules 76, 169: a page of another origin reads the nonce and comes again with it")
  void request_withoutNonce_isGivenOne() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: required, nonce: true}"))) {
      var preflight =
          gateway.send("OPTIONS", "/api/7", "Origin", SPA, "Access-Control-Request-Method", "GET");
      assertThat(preflight.headers().firstValue("access-control-allow-headers").orElse(""))
          .contains("Authorization", "DPoP");
      String token = bound();
      var first = send(gateway, "/api/7", token, proof("GET", "/api/7", token, null));
      assertRefused(first, "nonce_required");
      assertThat(challenge(first)).contains("error=\"use_dpop_nonce\"");
      assertThat(first.headers().firstValue("access-control-expose-headers"))
          .hasValue("WWW-Authenticate, DPoP-Nonce");
      String nonce = first.headers().firstValue("dpop-nonce").orElseThrow();
      var second = send(gateway, "/api/7", token, proof("GET", "/api/7", token, nonce));
      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(upstream.conversations()).hasSize(1);
    }
  }

  @Test
  @DisplayName("junk budget: a flood of bad proofs is 429 unseen; tokens that need none go on")
  void request_withManyBadProofs_isRateLimited() throws Exception {
    String limited =
        yaml("{dpop: optional}")
            .replace(
                "publicUrl:",
                "limits: {failedVerifications: {perAddress: 3, per: 1h}}, publicUrl:");
    try (var gateway = new RunningGateway(limited)) {
      String token = bound();
      String proof = proof("GET", "/api/7", token, null);
      String plain = issuer.token().sign();
      assertThat(gateway.get("/api/7", plain).statusCode()).isEqualTo(200);
      assertThat(send(gateway, "/api/7", token, proof).statusCode()).isEqualTo(200);
      for (int i = 0; i < 3; i++) {
        assertRefused(send(gateway, "/api/7", token, proof), "proof_invalid");
      }
      String good = proof("GET", "/api/7", token, null);
      HttpResponse<String> unseen = send(gateway, "/api/7", token, good);
      assertThat(unseen.statusCode()).isEqualTo(429);
      assertThat(unseen.body()).contains("\"reason\":\"rate_limited\"");
      assertThat(unseen.headers().firstValue("retry-after")).isPresent();
      assertThat(gateway.get("/api/7", plain).statusCode()).isEqualTo(200);
      assertThat(gateway.get("/api/7", issuer.token().sign()).statusCode()).isEqualTo(429);
    }
  }

  @Test
  @DisplayName("token: forward sends the proof along with the token")
  void request_whereTokenIsForwarded_carriesItsProof() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: optional}"))) {
      String token = bound();
      String proof = proof("GET", "/whole/7", token, null);
      assertThat(send(gateway, "/whole/7", token, proof).statusCode()).isEqualTo(200);
      assertThat(upstream.conversation(0).received())
          .containsIgnoringCase("authorization: DPoP " + token)
          .containsIgnoringCase("dpop: " + proof);
    }
  }

  @Test
  @DisplayName("where bindings are disabled DPoP is another scheme, and bound tokens are refused")
  void request_whereBindingIsDisabled_isRefused() throws Exception {
    try (var gateway = new RunningGateway(yaml("{}"))) {
      String token = bound();
      var under = send(gateway, "/api/7", token, proof("GET", "/api/7", token, null));
      assertRefused(under, "no_token");
      assertThat(challenge(under)).isEqualTo("Bearer realm=\"bearward\"");
      assertRefused(gateway.get("/api/7", token), "binding_not_supported");
      assertThat(upstream.conversations()).isEmpty();
    }
  }
}
