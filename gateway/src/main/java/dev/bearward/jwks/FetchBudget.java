package dev.bearward.jwks;

import java.time.Duration;
import java.util.Arrays;

/**
 * How often unknown key ids may cause a fetch: at most {@code burst} times in any stretch of {@code
 * cooldown}. Used by one thread at a time.
 */
final class FetchBudget {
  private final long cooldownMillis;
  private final long[] spentAt;
  private int oldest;

  FetchBudget(int burst, Duration cooldown) {
    this.cooldownMillis = cooldown.toMillis();
    this.spentAt = new long[burst];
    Arrays.fill(spentAt, Long.MIN_VALUE / 2);
  }

  /** For a key set that never changes. */
  static FetchBudget none() {
    return new FetchBudget(0, Duration.ZERO);
  }

  /** Takes one fetch, if there is one. */
  boolean take(long nowMillis) {
    if (!pause().over(nowMillis)) {
      return false;
    }
    spentAt[oldest] = nowMillis;
    oldest = (oldest + 1) % spentAt.length;
    return true;
  }

  /** When there is none. */
  Pause pause() {
    return spentAt.length == 0
        ? new Pause(Long.MIN_VALUE, Long.MAX_VALUE)
        : new Pause(spentAt[oldest], spentAt[oldest] + cooldownMillis);
  }

  /**
   * A stretch of time without fetches for unknown key ids.
   *
   * @param from milliseconds since the epoch
   * @param until milliseconds since the epoch
   */
  record Pause(long from, long until) {
    /** A clock that was set back before the start does not stretch the pause. */
    boolean over(long nowMillis) {
      return nowMillis < from || nowMillis >= until;
    }
  }
}
