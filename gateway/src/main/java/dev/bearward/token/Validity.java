package dev.bearward.token;

import org.jspecify.annotations.Nullable;

/**
 * For how long a verification stands, skew included.
 *
 * @param fromMillis first moment, in milliseconds since the epoch
 * @param untilMillis first moment after it
 * @param endMillis first moment at which the token itself is over; later than {@code untilMillis}
 *     where its issuer has to be asked again before
 * @param key the key that signed, or null for a shared secret
 */
record Validity(long fromMillis, long untilMillis, long endMillis, @Nullable VerificationKey key) {
  /** A verification that stands for as long as the token does. */
  Validity(long fromMillis, long untilMillis, @Nullable VerificationKey key) {
    this(fromMillis, untilMillis, untilMillis, key);
  }

  /** Whether it still stands: time and the standing of the key. */
  boolean holdsAt(long nowMillis) {
    return nowMillis >= fromMillis
        && nowMillis < untilMillis
        && (key == null || key.standing(nowMillis) == VerificationKey.Standing.LIVE);
  }
}
