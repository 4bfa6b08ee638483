package dev.bearward.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the user of a token was actively authenticated (OpenID Connect Core section 2, RFC 9470
 * section 6): {@code auth_time}, with the leeway of the issuer's clock. All in milliseconds.
 *
 * @param atMillis {@code auth_time}, since the epoch
 * @param skewMillis leeway both ways
 */
record Authentication(long atMillis, long skewMillis) {
  static final ClaimPath CLAIM = ClaimPath.of("auth_time");

  /** Null unless the claim is a number of seconds (rule 81). */
  static @Nullable Authentication of(@Nullable ClaimValue value, Duration skew) {
    return value instanceof ClaimValue.Numeric(var seconds)
        ? new Authentication(NumericDate.millis(seconds), skew.toMillis())
        : null;
  }

  /** Whether it is at most that old, and not ahead of the time. */
  boolean within(Duration maxAge, long nowMillis) {
    return nowMillis >= atMillis - skewMillis
        && nowMillis <= atMillis + maxAge.toMillis() + skewMillis;
  }
}
