package dev.bearward.limit;

import java.time.Duration;

/**
 * How fast requests may come: a bucket of tokens, one for each request.
 *
 * @param requests tokens that come back evenly within {@code per}
 * @param per time in which they come back
 * @param burst tokens the bucket holds, so most requests at once
 */
public record RateLimit(int requests, Duration per, int burst) {
  /**
   * Checks that it can be kept.
   *
   * @throws IllegalArgumentException for less than one request, or more than one a nanosecond
   */
  public RateLimit {
    if (requests < 1 || burst < 1 || per.toNanos() < requests) {
      throw new IllegalArgumentException(
          "rate: %d per %s, at most %d (expected: at least 1, at most 1 each ns)"
              .formatted(requests, per, burst));
    }
  }

  /** Time in which an empty bucket is full again. */
  Duration refill() {
    return per.multipliedBy(burst).dividedBy(requests);
  }
}
