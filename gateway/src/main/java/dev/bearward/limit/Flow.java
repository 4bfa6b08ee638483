package dev.bearward.limit;

import java.time.Duration;

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

  /** What came of it that a bucket would be full at that step once one was taken. */
  Spending spending(long fullAt, long now) {
    long missing = fullAt - now - whole;
    return missing > 0
        ? new Spending.Exhausted(time(missing))
        : new Spending.Allowed(-missing / each, time(fullAt - now));
  }

  private Duration time(long steps) {
    return Duration.ofNanos(steps).multipliedBy(1L << shift);
  }
}
