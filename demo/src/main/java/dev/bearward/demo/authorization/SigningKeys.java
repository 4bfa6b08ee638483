package dev.bearward.demo.authorization;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The key that signs, and those before it that are still published. Keys live in memory only. */
final class SigningKeys {
  static final int RSA_BITS = 2048;

  private record Retiring(RSAKey key, Instant until) {}

  private final Clock clock;
  private final Duration grace;
  private RSAKey current;
  private List<Retiring> retiring = List.of();

  /** {@code grace}: how long a replaced key stays published, at least a token's lifetime. */
  SigningKeys(Clock clock, Duration grace) {
    this.clock = clock;
    this.grace = grace;
    this.current = generate();
  }

  synchronized RSAKey current() {
    return current;
  }

  /** Signs with a new key from now on; the old one leaves at once or after the grace period. */
  synchronized RSAKey rotate(boolean retireAtOnce) {
    RSAKey next = generate();
    List<Retiring> kept = new ArrayList<>();
    if (!retireAtOnce) {
      kept.addAll(published());
      kept.add(new Retiring(current, clock.instant().plus(grace)));
    }
    retiring = List.copyOf(kept);
    current = next;
    return next;
  }

  /** The public halves, the signing key first. */
  synchronized JWKSet publicKeys() {
    List<JWK> keys = new ArrayList<>();
    keys.add(current.toPublicJWK());
    published().forEach(old -> keys.add(old.key().toPublicJWK()));
    return new JWKSet(keys);
  }

  private List<Retiring> published() {
    Instant now = clock.instant();
    return retiring.stream().filter(old -> now.isBefore(old.until())).toList();
  }

  /** An RSA key whose id is its thumbprint (RFC 7638). */
  private static RSAKey generate() {
    try {
      return new RSAKeyGenerator(RSA_BITS)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException noRsa) {
      throw new IllegalStateException("this JDK has no RSA", noRsa);
    }
  }
}
