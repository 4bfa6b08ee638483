package dev.bearward.token;

import com.nimbusds.jose.jwk.JWK;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key of one issuer and whether it still serves. Its standing is set by the key set's
 * life-cycle and read on every use, cached tokens included, so a removed key's tokens end with it.
 */
public final class VerificationKey {
  /** Whether a key serves. */
  public enum Standing {
    /** In the issuer's key set, and that set is fresh enough. */
    LIVE,
    /** No longer in the issuer's key set. */
    RETIRED,
    /** The issuer has not been reached for longer than its keys may serve. */
    STALE
  }

  private final String issuer;
  private final JWK jwk;
  private final Set<JwsAlgorithm> algorithms;
  private final SignatureChecks checks;
  private volatile long servesUntilMillis;
  private volatile boolean retired;

  /**
   * @param issuer name of the issuer's configuration
   * @param jwk a public key of the issuer's set without {@link #problem}
   * @param servesUntilMillis milliseconds since the epoch after which it is stale
   * @throws IllegalArgumentException when the key has a problem
   */
  public VerificationKey(String issuer, JWK jwk, long servesUntilMillis) {
    problem(jwk)
        .ifPresent(problem -> {
          throw new IllegalArgumentException("key: " + problem);
        });
    this.issuer = issuer;
    this.jwk = jwk;
    this.algorithms = KeySuitability.algorithms(jwk);
    this.checks = new SignatureChecks(PublicKeys.of(jwk).orElseThrow());
    this.servesUntilMillis = servesUntilMillis;
  }

  /**
   * Why a member of a key set cannot verify tokens, in words that say nothing of its value; empty
   * when it can. Checks kty, crv, use, key_ops and alg, an RSA key's size and exponent, and that an
   * EC point is on its curve (RFC 7517 section 4, RFC 7518 section 6).
   */
  public static Optional<String> problem(JWK jwk) {
    return KeySuitability.problem(jwk);
  }

  /** Whether it is a key for that algorithm (rule 29). */
  boolean fits(JwsAlgorithm algorithm) {
    return algorithms.contains(algorithm);
  }

  /** The check of an algorithm that it fits. */
  SignatureCheck check(JwsAlgorithm algorithm, VerificationCrypto crypto) {
    return checks.by(algorithm, crypto);
  }

  /** Name of the issuer's configuration. */
  public String issuer() {
    return issuer;
  }

  /** The key id, or null. */
  public @Nullable String keyId() {
    return jwk.getKeyID();
  }

  /** The public key as published. */
  public JWK jwk() {
    return jwk;
  }

  /** Whether it serves at that time, in milliseconds since the epoch. */
  public Standing standing(long nowMillis) {
    if (retired) {
      return Standing.RETIRED;
    }
    return nowMillis < servesUntilMillis ? Standing.LIVE : Standing.STALE;
  }

  /** The issuer published the key again: it serves until that time. */
  public void serveUntil(long millis) {
    servesUntilMillis = millis;
  }

  /** The issuer removed the key. */
  public void retire() {
    retired = true;
  }
}
