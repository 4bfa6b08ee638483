package dev.bearward.token;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** One choice of who computes signatures: the JDK, or for some algorithms another provider. */
public final class VerificationCrypto {
  private static final VerificationCrypto JDK =
      new VerificationCrypto("JDK " + Runtime.version().feature(), Map.of());

  private final String name;
  private final Map<JwsAlgorithm, Provider> providers;

  /**
   * @param name for logs and metrics
   * @param providers who serves an algorithm; the JDK serves the others
   */
  VerificationCrypto(String name, Map<JwsAlgorithm, Provider> providers) {
    this.name = name;
    this.providers = new EnumMap<>(JwsAlgorithm.class);
    this.providers.putAll(providers);
  }

  /** The JDK's own, which is always there. */
  public static VerificationCrypto jdk() {
    return JDK;
  }

  /** Name and version of the provider. */
  public String name() {
    return name;
  }

  /** Algorithms that another provider than the JDK's serves. */
  public Set<JwsAlgorithm> accelerated() {
    return providers.isEmpty() ? Set.of() : EnumSet.copyOf(providers.keySet());
  }

  /**
   * Whether a signature takes long: 0.3 to 1 ms for elliptic curves by the JDK, when all others
   * take 0.06 ms at most.
   */
  boolean isSlow(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case ES256, ES384, ES512, EDDSA -> !providers.containsKey(algorithm);
      case HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512 -> false;
    };
  }

  /**
   * A signature ready to verify by that key.
   *
   * @throws GeneralSecurityException when neither the provider nor the JDK takes the key
   */
  Signature signature(JwsAlgorithm algorithm, PublicKey key) throws GeneralSecurityException {
    Provider provider = providers.get(algorithm);
    if (provider == null) {
      return signature(algorithm, key, Signature.getInstance(jcaName(algorithm)));
    }
    try {
      return signature(algorithm, key, Signature.getInstance(jcaName(algorithm), provider));
    } catch (InvalidKeyException e) {
      // A key that the JDK takes and this provider does not, such as one with a huge exponent.
      return signature(algorithm, key, Signature.getInstance(jcaName(algorithm)));
    }
  }

  private static Signature signature(JwsAlgorithm algorithm, PublicKey key, Signature signature)
      throws GeneralSecurityException {
    switch (algorithm) {
      case PS256 -> signature.setParameter(pss(algorithm, 32));
      case PS384 -> signature.setParameter(pss(algorithm, 48));
      case PS512 -> signature.setParameter(pss(algorithm, 64));
      case HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512, EDDSA -> {}
    }
    signature.initVerify(key);
    return signature;
  }

  /** RFC 7518 section 3.5: salt as long as the hash, MGF1 with the same hash. */
  private static PSSParameterSpec pss(JwsAlgorithm algorithm, int saltBytes) {
    return new PSSParameterSpec(
        algorithm.digest(),
        "MGF1",
        new MGF1ParameterSpec(algorithm.digest()),
        saltBytes,
        PSSParameterSpec.TRAILER_FIELD_BC);
  }

  /** Name in the Java Security Standard Algorithm Names. */
  static String jcaName(JwsAlgorithm algorithm) {
    return switch (algorithm) {
      case HS256 -> "HmacSHA256";
      case HS384 -> "HmacSHA384";
      case HS512 -> "HmacSHA512";
      case RS256 -> "SHA256withRSA";
      case RS384 -> "SHA384withRSA";
      case RS512 -> "SHA512withRSA";
      case PS256, PS384, PS512 -> "RSASSA-PSS";
      case ES256 -> "SHA256withECDSAinP1363Format";
      case ES384 -> "SHA384withECDSAinP1363Format";
      case ES512 -> "SHA512withECDSAinP1363Format";
      case EDDSA -> "Ed25519";
    };
  }
}
