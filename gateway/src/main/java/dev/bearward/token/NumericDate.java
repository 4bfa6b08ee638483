package dev.bearward.token;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Seconds since the epoch, fractions allowed (RFC 7519 section 2), of any size. */
final class NumericDate {
  /** Ends of what is told apart: some three million years, far from overflow when added up. */
  static final long LATEST_MILLIS = 100_000_000_000_000_000L;

  private static final int DIGITS_THAT_FIT = 14;

  private NumericDate() {}

  /** Milliseconds, rounded down, with what is out of reach held at the ends. */
  static long millis(BigDecimal seconds) {
    // Digits before the point; an exponent can make them, or those behind it, countless.
    long digits = (long) seconds.precision() - seconds.scale();
    if (seconds.signum() == 0 || digits < -DIGITS_THAT_FIT) {
      return seconds.signum() < 0 ? -1 : 0;
    }
    if (digits > DIGITS_THAT_FIT) {
      return seconds.signum() < 0 ? -LATEST_MILLIS : LATEST_MILLIS;
    }
    return seconds.movePointRight(3).setScale(0, RoundingMode.FLOOR).longValueExact();
  }
}
