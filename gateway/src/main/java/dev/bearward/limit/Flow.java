package dev.bearward.limit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rate in whole steps of time. A bucket is no more than the step at which it is full again: each
 * token taken moves that on by as many steps as one takes to come back (the generic cell rate
 * algorithm).
 */
final class Flow {
  /** Room in a long for the time that has passed, beside the longest refill. */
  private static final double MOST_STEPS = 0x1p60;

  private final int shift;
  private final long each;
  private final long whole;

  Flow(RateLimit limit) {
    double nanos = (double) limit.per().toNanos() * limit.burst() / limit.requests();
    int fits = 0;
    while (nanos / (1L << fits) > MOST_STEPS) {
      fits++;
    }
    this.shift = fits;
    long per = limit.per().toNanos() >> fits;
    this.each = Math.max(1, (per + limit.requests() / 2) / limit.requests());
    this.whole = each * limit.burst();
  }

  /** The step at that time. */
  long at(long nanos) {
    return nanos >> shift;
  }

  /** When a bucket is full again of which one more is taken. */
  long taken(long fullAt) {
    return fullAt + each;
  }

  /**
   * When a bucket is full again of which one more is taken, there or not; what it owes is no more
   * than it holds.
   */
  long charged(long fullAt, long now) {
    return Math.min(taken(fullAt), now + 2 * whole);
  }

  /** What came of it that a bucket would be full at that step once one was taken. */
  Spending spending(long fullAt, long now) {
    Duration delay = delay(fullAt, now);
    return delay != null
        ? new Spending.Exhausted(delay)
        : new Spending.Allowed((now + whole - fullAt) / each, time(fullAt - now));
  }

  /** How long until a bucket may be full at that step, or null when it may now. */
  @Nullable Duration delay(long fullAt, long now) {
    long missing = fullAt - now - whole;
    return missing > 0 ? time(missing) : null;
  }

  private Duration time(long steps) {
    return Duration.ofNanos(steps).multipliedBy(1L << shift);
  }
}
