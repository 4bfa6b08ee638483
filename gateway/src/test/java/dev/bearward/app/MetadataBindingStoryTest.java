package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.JwsAlgorithm;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the metadata says of bound tokens is what is done with them; over real sockets. */
class MetadataBindingStoryTest {
  private static final String PATH = "/.well-known/oauth-protected-resource";
  private static final String PUBLIC = "https://api.example.com";
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "proofs");
  private static final TestIdentity CLIENT = TestIdentity.authority("ca").issue("client");

  private final TestIssuer issuer = TestIssuer.simple();
  private RawUpstream upstream;

  @BeforeEach
  void startParts() {
    upstream = RawUpstream.answering(Story.OK);
  }

  @AfterEach
  void stopParts() {
    upstream.close();
  }

  private String yaml(String binding, String otherIssuers) {
    return """
    server: {listen: "127.0.0.1:0", publicUrl: "%s", trustedProxies: ["127.0.0.1/32"]}
    admin: {listen: disabled}
    issuers:
      - {name: test, issuer: "%s", audience: "appointments:api", keys: {inline: '%s'}, binding: %s}
      %s
    upstreams: {app: "http://127.0.0.1:%d"}
    routes: [{path: /**, upstream: app, require: {}}]
    """
        .formatted(
            PUBLIC,
            issuer.issuer(),
            issuer.jwks().replaceAll("\\s+", ""),
            binding,
            otherIssuers,
            upstream.port());
  }

  private static Map<String, Object> metadata(RunningGateway gateway) throws Exception {
    return JSONObjectUtils.parse(gateway.send("GET", PATH).body());
  }

  private int plain(RunningGateway gateway) throws Exception {
    return gateway.get("/a", issuer.token().sign()).statusCode();
  }

  private int proven(RunningGateway gateway, TestKey key) throws Exception {
    String token = issuer.token().claim("cnf", Map.of("jkt", TestProof.thumbprint(key))).sign();
    String proof = TestProof.of(key, "GET", PUBLIC + "/a", token, Instant.now()).sign();
    return gateway.send("GET", "/a", "Authorization", "DPoP " + token, "DPoP", proof).statusCode();
  }

  private int certified(RunningGateway gateway) throws Exception {
    String token = issuer.token().claim("cnf", Map.of("x5t#S256", CLIENT.thumbprint())).sign();
    String field = ":" + Base64.getEncoder().encodeToString(CLIENT.der()) + ":";
    return gateway
        .send("GET", "/a", "Authorization", "Bearer " + token, "Client-Cert", field)
        .statusCode();
  }

  @ParameterizedTest
  @CsvSource({
    // binding, dpop required, mTLS, and what comes of a plain, a proven and a certified token
    "'{}',                 , , 200, 401, 401",
    "'{dpop: optional}',   false, , 200, 200, 401",
    "'{dpop: required}',   true, , 401, 200, 401",
    "'{mtls: optional}',   , true, 200, 401, 200",
    "'{mtls: required}',   , true, 401, 401, 200",
    "'{dpop: optional, mtls: optional}', false, true, 200, 200, 200",
  })
  @DisplayName("rule 68: the flags of bound tokens agree with what is enforced")
  void flags_agreeWithEnforcement(
      String binding,
      @Nullable Boolean dpopRequired,
      @Nullable Boolean mtls,
      int plain,
      int proven,
      int certified)
      throws Exception {
    try (var gateway = new RunningGateway(yaml(binding, ""))) {
      Map<String, Object> told = metadata(gateway);
      assertThat(told.get("dpop_bound_access_tokens_required")).isEqualTo(dpopRequired);
      assertThat(told.get("tls_client_certificate_bound_access_tokens")).isEqualTo(mtls);
      assertThat(told.containsKey("dpop_signing_alg_values_supported"))
          .isEqualTo(dpopRequired != null);
      assertThat(plain(gateway)).as("a plain token").isEqualTo(plain);
      assertThat(proven(gateway, KEY)).as("a token with its proof").isEqualTo(proven);
      assertThat(certified(gateway)).as("a token with its certificate").isEqualTo(certified);
    }
  }

  @Test
  @DisplayName("rule 68: proofs are only called required where no issuer takes plain tokens")
  void flags_ofSeveralIssuers_holdForAll() throws Exception {
    var other = new TestIssuer("other", "https://other.example/", Instant::now, JwsAlgorithm.ES256);
    String second =
        "- {name: other, issuer: \"%s\", audience: \"appointments:api\", keys: {inline: '%s'}}"
            .formatted(other.issuer(), other.jwks().replaceAll("\\s+", ""));
    try (var gateway = new RunningGateway(yaml("{dpop: required}", second))) {
      assertThat(metadata(gateway)).containsEntry("dpop_bound_access_tokens_required", false);
      assertThat(gateway.get("/a", other.token().sign()).statusCode()).isEqualTo(200);
      assertThat(plain(gateway)).isEqualTo(401);
    }
  }

  @Test
  @DisplayName("rules 68, 71: proofs of every algorithm that is told pass")
  void algorithms_thatAreTold_pass() throws Exception {
    try (var gateway = new RunningGateway(yaml("{dpop: required}", ""))) {
      List<String> told =
          Objects.requireNonNull(
              JSONObjectUtils.getStringList(
                  metadata(gateway), "dpop_signing_alg_values_supported"));
      assertThat(told).contains("ES256", "Ed25519").doesNotContain("none", "HS256").hasSize(11);
      for (String name : told) {
        TestKey key = TestKey.generate(JwsAlgorithm.named(name).orElseThrow(), "k");
        assertThat(proven(gateway, key)).as(name).isEqualTo(200);
      }
    }
  }
}
