package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.bearward.testing.TestKey;
import java.math.BigInteger;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KeySuitabilityTest {
  private static final RSAKey RSA =
      TestKey.generate(JwsAlgorithm.RS256, "r").publicJwk().toRSAKey();
  private static final ECKey EC = TestKey.generate(JwsAlgorithm.ES256, "e").publicJwk().toECKey();

  private static Base64URL number(BigInteger value) {
    return Base64URL.encode(value);
  }

  private static RSAKey.Builder rsa() {
    return new RSAKey.Builder(RSA.getModulus(), RSA.getPublicExponent());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"HS256", "HS384", "HS512"},
      mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("rule 29: a key fits its own algorithm and no other")
  void fits_keyWithAlg_onlyItsAlgorithm(JwsAlgorithm algorithm) {
    JWK jwk = TestKey.generate(algorithm, "k").publicJwk();
    assertThat(VerificationKey.problem(jwk)).isEmpty();
    VerificationKey key = new VerificationKey("test", jwk, Long.MAX_VALUE);
    for (JwsAlgorithm other : JwsAlgorithm.values()) {
      assertThat(key.fits(other)).as(other.name()).isEqualTo(other == algorithm);
    }
  }

  @Test
  @DisplayName("rule 29: without alg a key fits every algorithm of its type and curve")
  void fits_keyWithoutAlg_itsFamily() {
    JWK rsa = rsa().build();
    JWK ec = new ECKey.Builder(EC.getCurve(), EC.getX(), EC.getY()).build();
    for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
      assertThat(KeySuitability.algorithms(rsa).contains(algorithm))
          .isEqualTo(algorithm.family() == JwsAlgorithm.Family.RSA);
      assertThat(KeySuitability.algorithms(ec).contains(algorithm))
          .isEqualTo(algorithm == JwsAlgorithm.ES256);
    }
  }

  @Test
  @DisplayName("rule 29: use and key_ops other than verifying make a key unusable")
  void problem_useOrOperations_areRespected() {
    assertThat(KeySuitability.problem(rsa().keyUse(KeyUse.ENCRYPTION).build()))
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("use: enc"));
    assertThat(KeySuitability.problem(rsa().keyUse(new KeyUse("foo")).build())).isPresent();
    assertThat(KeySuitability.problem(rsa().keyOperations(Set.of(KeyOperation.ENCRYPT)).build()))
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("key_ops:"));
    assertThat(KeySuitability.problem(rsa().keyOperations(Set.of(KeyOperation.VERIFY)).build()))
        .isEmpty();
  }

  @Test
  @DisplayName("rule 29: an alg that does not go with the key makes it unusable")
  void problem_algOfAnotherType_isNamed() {
    for (String name : new String[] {"ES256", "RSA-OAEP", "HS256", "none", "rs256"}) {
      assertThat(KeySuitability.problem(rsa().algorithm(new Algorithm(name)).build()))
          .as(name)
          .hasValueSatisfying(problem -> assertThat(problem).startsWith("alg:"));
    }
  }

  @Test
  @DisplayName("rule 59: an Ed25519 key may carry either name")
  void fits_ed25519_underBothNames() {
    OctetKeyPair key = TestKey.generate(JwsAlgorithm.EDDSA, "o").publicJwk().toOctetKeyPair();
    for (String name : new String[] {"EdDSA", "Ed25519"}) {
      JWK named =
          new OctetKeyPair.Builder(Curve.Ed25519, key.getX())
              .algorithm(new Algorithm(name))
              .build();
      assertThat(KeySuitability.algorithms(named).contains(JwsAlgorithm.EDDSA)).isTrue();
    }
  }

  @Test
  @DisplayName("rule 31: a symmetric key in a key set is unusable")
  void problem_oct_isRefused() {
    assertThat(KeySuitability.problem(new OctetSequenceKey.Builder(new byte[32]).build()))
        .isPresent();
  }

  @Test
  @DisplayName("rule 23: a private key in a key set is unusable, since whoever reads it may sign")
  void problem_privateKey_isRefused() {
    JWK jwk =
        new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[32]))
            .d(Base64URL.encode(new byte[32]))
            .build();
    assertThat(KeySuitability.problem(jwk))
        .hasValueSatisfying(problem -> assertThat(problem).contains("private"));
  }

  @Test
  @DisplayName("rule 32: RSA below 2048 bits is unusable, 2048 is enough")
  void problem_smallRsa_isRefused() {
    JWK small = TestKey.generateRsa(JwsAlgorithm.RS256, "s", 1024).publicJwk();
    assertThat(KeySuitability.problem(small))
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("n: 1024 bits"));
    assertThat(KeySuitability.problem(RSA)).isEmpty();
    BigInteger huge = BigInteger.ONE.shiftLeft(9000).setBit(0);
    assertThat(
            KeySuitability.problem(
                new RSAKey.Builder(number(huge), RSA.getPublicExponent()).build()))
        .isPresent();
  }

  @Test
  @DisplayName(
      "rule 32: an RSA exponent that is even, 0 or 1 is unusable, and so is an even modulus")
  void problem_rsaExponent_isChecked() {
    BigInteger modulus = RSA.getModulus().decodeToBigInteger();
    for (BigInteger bad :
        new BigInteger[] {
          BigInteger.ZERO,
          BigInteger.ONE,
          BigInteger.TWO,
          BigInteger.valueOf(65536),
          modulus.add(BigInteger.TWO)
        }) {
      assertThat(KeySuitability.problem(new RSAKey.Builder(RSA.getModulus(), number(bad)).build()))
          .as(bad.toString())
          .isPresent();
    }
    assertThat(
            KeySuitability.problem(
                new RSAKey.Builder(RSA.getModulus(), number(BigInteger.valueOf(3))).build()))
        .isEmpty();
    assertThat(
            KeySuitability.problem(
                new RSAKey.Builder(number(modulus.clearBit(0)), RSA.getPublicExponent()).build()))
        .isPresent();
  }

  @Test
  @DisplayName("rule 33: a point that is off its curve is refused by Nimbus and by our own check")
  void problem_pointOffCurve_isRefused() {
    BigInteger x = EC.getX().decodeToBigInteger();
    BigInteger y = EC.getY().decodeToBigInteger();
    assertThatThrownBy(
            () -> new ECKey.Builder(Curve.P_256, EC.getX(), number(y.add(BigInteger.ONE))).build())
        .isInstanceOf(IllegalStateException.class);
    var spec = Curve.P_256.toECParameterSpec();
    BigInteger p = ((java.security.spec.ECFieldFp) spec.getCurve().getField()).getP();
    assertThat(KeySuitability.isOnCurve(x, y, spec)).isTrue();
    assertThat(KeySuitability.isOnCurve(x, y.add(BigInteger.ONE), spec)).isFalse();
    assertThat(KeySuitability.isOnCurve(x.add(p), y, spec)).isFalse();
    assertThat(KeySuitability.isOnCurve(x, y.add(p), spec)).isFalse();
    assertThat(KeySuitability.isOnCurve(BigInteger.ZERO, BigInteger.ZERO, spec)).isFalse();
  }

  @Test
  @DisplayName("rule 50: curves that no allowed algorithm uses make a key unusable")
  void problem_otherCurve_isRefused() {
    assertThat(
            KeySuitability.problem(
                new OctetKeyPair.Builder(Curve.X25519, Base64URL.encode(new byte[32])).build()))
        .isPresent();
    assertThat(
            KeySuitability.problem(
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(new byte[31])).build()))
        .isPresent();
  }

  @Test
  @DisplayName("rule 50: an unusable key cannot become a verification key")
  void verificationKey_unusable_throws() {
    JWK small = TestKey.generateRsa(JwsAlgorithm.RS256, "s", 1024).publicJwk();
    assertThatThrownBy(() -> new VerificationKey("test", small, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n: 1024 bits");
  }
}
