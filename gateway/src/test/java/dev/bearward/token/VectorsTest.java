package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.token.TokenVerifier.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that others made: RFC 7520's in JSON and Istio's samples. */
@Tag("vectors")
final class VectorsTest {
  private static final String FOLDER = System.getProperty("bearward.vectors", "");

  @BeforeEach
  void vectorsAreThere() {
    assumeFalse(FOLDER.isBlank(), "bearward.vectors is not set");
  }

  private static Map<String, Object> json(Path file) throws Exception {
    return JSONObjectUtils.parse(Files.readString(file));
  }

  private static List<VerificationCrypto> cryptos() {
    AcceleratedCrypto.Loaded loaded = AcceleratedCrypto.load();
    assertThat(loaded).isInstanceOf(AcceleratedCrypto.Ready.class);
    return List.of(VerificationCrypto.jdk(), ((AcceleratedCrypto.Ready) loaded).crypto());
  }

  private static SignatureChecks checks(JWK jwk) {
    if (jwk instanceof OctetSequenceKey secret) {
      return new SignatureChecks(new SecretKeySpec(secret.toByteArray(), "HMAC"));
    }
    assertThat(VerificationKey.problem(jwk.toPublicJWK())).isEmpty();
    return new SignatureChecks(PublicKeys.of(jwk).orElseThrow());
  }

  private static void assertSigned(String compact, JWK jwk, JwsAlgorithm algorithm) {
    CompactJws jws = Objects.requireNonNull(CompactJws.split(compact));
    int payload = compact.indexOf('.') + 1;
    char another = compact.charAt(payload) == 'A' ? 'B' : 'A';
    String other = compact.substring(0, payload) + another + compact.substring(payload + 1);
    CompactJws altered = Objects.requireNonNull(CompactJws.split(other));
    for (VerificationCrypto crypto : cryptos()) {
      SignatureCheck check = checks(jwk).by(algorithm, crypto);
      assertThat(jws.isSigned(check)).as(compact).isTrue();
      assertThat(altered.isSigned(check)).as(other).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jws/4_1.rsa_v15_signature.json",
        "jws/4_2.rsa-pss_signature.json",
        "jws/4_3.ecdsa_signature.json",
        "jws/4_4.hmac-sha2_integrity_protection.json",
        "curve25519/jws.json"
      })
  @DisplayName("rule 23: RFC 7520's signatures verify with either provider")
  void cookbook_compactSignature_verifies(String file) throws Exception {
    Map<String, Object> example = json(Path.of(FOLDER, "jose-cookbook", file));
    Map<String, Object> input = JSONObjectUtils.getJSONObject(example, "input");
    Map<String, Object> output = JSONObjectUtils.getJSONObject(example, "output");
    JwsAlgorithm algorithm =
        JwsAlgorithm.named(JSONObjectUtils.getString(input, "alg")).orElseThrow();
    JWK jwk = JWK.parse(JSONObjectUtils.getJSONObject(input, "key"));
    assertSigned(JSONObjectUtils.getString(output, "compact"), jwk, algorithm);
  }

  @Test
  @DisplayName("rules 24, 35, 38, 39: every form of RFC 7520 and RFC 7797 is refused as a token")
  void cookbook_otherForms_areMalformed() throws Exception {
    List<String> tokens = new ArrayList<>();
    for (String folder : List.of("jws", "jwe", "rfc7797", "curve25519")) {
      try (Stream<Path> files = Files.list(Path.of(FOLDER, "jose-cookbook", folder))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
          JSONObjectUtils.getJSONObject(json(file), "output")
              .values()
              .forEach(form ->
                  tokens.add(
                      form instanceof Map<?, ?> map ? map.toString() : String.valueOf(form)));
        }
      }
    }
    assertThat(tokens).hasSizeGreaterThan(30);
    TestIssuer issuer = TestIssuer.simple();
    TokenVerifier verifier =
        new JwtVerifier(
            List.of(issuer.settings()),
            issuer.keySource(),
            new CryptoInUse(),
            Set.of(),
            InstantSource.system());
    for (String token : tokens) {
      assertThat(verifier.verify(token)).as(token).isEqualTo(new Rejected(Reason.TOKEN_MALFORMED));
    }
  }

  private static JWKSet istioKeys() throws Exception {
    return JWKSet.load(Path.of(FOLDER, "istio-jwt/security/tools/jwt/samples/jwks.json").toFile());
  }

  private static String istioToken(String name) throws IOException {
    return Files.readString(Path.of(FOLDER, "istio-jwt/security/tools/jwt/samples", name)).strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo.jwt", "groups-scope.jwt"})
  @DisplayName("rules 20, 23, 49: Istio's tokens are well signed, and refused since they lack aud")
  void istio_token_isSignedButRefused(String name) throws Exception {
    String token = istioToken(name);
    JWK jwk = istioKeys().getKeys().getFirst();
    assertSigned(token, jwk, JwsAlgorithm.RS256);
    VerificationKey key = new VerificationKey("istio", jwk, Long.MAX_VALUE);
    IssuerSettings istio =
        new TestIssuer("istio", "testing@secure.istio.io", InstantSource.system()).settings();
    TokenVerifier verifier =
        new JwtVerifier(
            List.of(istio),
            (issuer, keyId) -> new KeySource.Found(List.of(key)),
            new CryptoInUse(),
            Set.of(),
            InstantSource.system());
    assertThat(verifier.verify(token)).isEqualTo(new Rejected(Reason.MISSING_CLAIM));
  }

  @Test
  @DisplayName("rule 50: all of Istio's published keys are suitable")
  void istio_keys_areSuitable() throws Exception {
    JWKSet others = JWKSet.load(Path.of(FOLDER, "istio-jwt/tests/common/jwt/jwks.json").toFile());
    for (JWKSet set : List.of(istioKeys(), others)) {
      assertThat(set.getKeys()).isNotEmpty();
      for (JWK jwk : set.getKeys()) {
        assertThat(VerificationKey.problem(jwk)).isEmpty();
      }
    }
  }
}
