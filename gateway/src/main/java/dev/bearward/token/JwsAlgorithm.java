package dev.bearward.token;

import java.util.Optional;

/** Signature algorithms of RFC 7518 section 3.1 and RFC 8037 (with RFC 9864's name for Ed25519). */
public enum JwsAlgorithm {
  HS256("HS256", "SHA-256", Family.HMAC),
  HS384("HS384", "SHA-384", Family.HMAC),
  HS512("HS512", "SHA-512", Family.HMAC),
  RS256("RS256", "SHA-256", Family.RSA),
  RS384("RS384", "SHA-384", Family.RSA),
  RS512("RS512", "SHA-512", Family.RSA),
  PS256("PS256", "SHA-256", Family.RSA),
  PS384("PS384", "SHA-384", Family.RSA),
  PS512("PS512", "SHA-512", Family.RSA),
  ES256("ES256", "SHA-256", Family.EC),
  ES384("ES384", "SHA-384", Family.EC),
  ES512("ES512", "SHA-512", Family.EC),
  /** Named {@code EdDSA} or {@code Ed25519} in a token; one algorithm under both names. */
  EDDSA("EdDSA", "SHA-512", Family.OKP);

  /** Kind of key an algorithm works with. */
  public enum Family {
    HMAC,
    RSA,
    EC,
    OKP
  }

  private final String name;
  private final String digest;
  private final Family family;

  JwsAlgorithm(String name, String digest, Family family) {
    this.name = name;
    this.digest = digest;
    this.family = family;
  }

  /** The algorithm of that exact JOSE name, case-sensitive. */
  public static Optional<JwsAlgorithm> named(String joseName) {
    if (joseName.equals("Ed25519")) {
      return Optional.of(EDDSA);
    }
    for (JwsAlgorithm algorithm : values()) {
      if (algorithm.name.equals(joseName)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** Name in the JOSE registry. */
  public String joseName() {
    return name;
  }

  /** JCA name of the hash function. */
  public String digest() {
    return digest;
  }

  /** Kind of key it works with. */
  public Family family() {
    return family;
  }
}
