package dev.bearward.token;

import org.jspecify.annotations.Nullable;

/**
 * For how long a verification stands, skew included.
 *
 * @param fromMillis first moment, in milliseconds since the epoch
 * @param untilMillis first moment after it
 * @param key the key that signed, or null for a shared secret
 */
record Validity(long fromMillis, long untilMillis, @Nullable VerificationKey key) {
  /** Whether it still stands: time and the standing of the key. */
  boolean holdsAt(long nowMillis) {
    return nowMillis >= fromMillis
        && nowMillis < untilMillis
        && (key == null || key.standing(nowMillis) == VerificationKey.Standing.LIVE);
  }
}
