package dev.bearward.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a published key may verify tokens at all, and by which algorithms (RFC 8725 3.1, 3.2).
 */
final class KeySuitability {
  private static final int MIN_RSA_BITS = 2048;

  /** Keeps the cost of one verification bounded; far above what anyone uses. */
  private static final int MAX_RSA_BITS = 8192;

  private static final int ED25519_BYTES = 32;

  private KeySuitability() {}

  /** Why a key of an issuer's set cannot verify tokens; says nothing of its value. */
  static Optional<String> problem(JWK jwk) {
    if (jwk.isPrivate()) {
      return Optional.of("it holds private or secret parts (expected: a public key)");
    }
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return Optional.of("use: " + jwk.getKeyUse() + " (expected: sig)");
    }
    if (jwk.getKeyOperations() != null && !jwk.getKeyOperations().contains(KeyOperation.VERIFY)) {
      return Optional.of("key_ops: " + jwk.getKeyOperations() + " (expected: verify among them)");
    }
    Optional<String> problem = materialProblem(jwk);
    if (problem.isPresent()) {
      return problem;
    }
    if (algorithms(jwk).isEmpty()) {
      return Optional.of("alg: one that does not go with kty and crv");
    }
    return PublicKeys.of(jwk).isPresent()
        ? Optional.empty()
        : Optional.of("its values make no key of that type");
  }

  /** The algorithms that a key is for, by its type, curve and alg. */
  static Set<JwsAlgorithm> algorithms(JWK jwk) {
    Set<JwsAlgorithm> algorithms = EnumSet.noneOf(JwsAlgorithm.class);
    for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
      if (fitsMaterial(jwk, algorithm) && agrees(jwk.getAlgorithm(), algorithm)) {
        algorithms.add(algorithm);
      }
    }
    return algorithms;
  }

  private static boolean agrees(@Nullable Algorithm own, JwsAlgorithm algorithm) {
    return own == null || JwsAlgorithm.named(own.getName()).filter(algorithm::equals).isPresent();
  }

  private static boolean fitsMaterial(JWK jwk, JwsAlgorithm algorithm) {
    return switch (algorithm.family()) {
      case HMAC -> false;
      case RSA -> jwk instanceof RSAKey;
      case EC -> jwk instanceof ECKey ec && ec.getCurve().equals(curve(algorithm));
      case OKP -> jwk instanceof OctetKeyPair okp && okp.getCurve().equals(Curve.Ed25519);
    };
  }

  private static Curve curve(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case ES256 -> Curve.P_256;
      case ES384 -> Curve.P_384;
      case ES512 -> Curve.P_521;
      default -> throw new IllegalArgumentException(algorithm + " (expected: an EC algorithm)");
    };
  }

  private static Optional<String> materialProblem(JWK jwk) {
    return switch (jwk) {
      case RSAKey rsa ->
          rsaProblem(
              rsa.getModulus().decodeToBigInteger(), rsa.getPublicExponent().decodeToBigInteger());
      case ECKey ec -> ecProblem(ec);
      case OctetKeyPair okp -> okpProblem(okp);
      default -> Optional.of("kty: " + jwk.getKeyType() + " (expected: RSA, EC or OKP)");
    };
  }

  private static Optional<String> rsaProblem(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      return Optional.of(
          "n: " + bits + " bits (expected: " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ")");
    }
    if (!modulus.testBit(0)) {
      return Optional.of("n: even (expected: odd)");
    }
    boolean good =
        exponent.testBit(0) && exponent.bitLength() > 1 && exponent.compareTo(modulus) < 0;
    return good ? Optional.empty() : Optional.of("e: (expected: odd, above 1 and below n)");
  }

  private static Optional<String> ecProblem(ECKey key) {
    Curve curve = key.getCurve();
    if (!curve.equals(Curve.P_256) && !curve.equals(Curve.P_384) && !curve.equals(Curve.P_521)) {
      return Optional.of("crv: (expected: P-256, P-384 or P-521)");
    }
    ECParameterSpec spec = curve.toECParameterSpec();
    return isOnCurve(key.getX().decodeToBigInteger(), key.getY().decodeToBigInteger(), spec)
        ? Optional.empty()
        : Optional.of("x, y: not a point on the curve");
  }

  /** RFC 7518 section 6.2.1; y² = x³ + ax + b (mod p). */
  static boolean isOnCurve(BigInteger x, BigInteger y, ECParameterSpec spec) {
    BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right =
        x.multiply(x).add(spec.getCurve().getA()).multiply(x).add(spec.getCurve().getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  private static Optional<String> okpProblem(OctetKeyPair key) {
    if (!key.getCurve().equals(Curve.Ed25519)) {
      return Optional.of("crv: (expected: Ed25519)");
    }
    return key.getX().decode().length == ED25519_BYTES
        ? Optional.empty()
        : Optional.of("x: (expected: " + ED25519_BYTES + " bytes)");
  }
}
