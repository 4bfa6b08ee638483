package dev.bearward.observe;

import java.time.Duration;
import java.util.stream.LongStream;

/** Upper bounds of the histograms' buckets. */
final class Buckets {
  /** Requests and upstream responses: half a millisecond to ten seconds. */
  static final Duration[] EXCHANGE =
      micros(
          500,
          1_000,
          2_500,
          5_000,
          10_000,
          25_000,
          50_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000);

  /** Delays of an event loop: a healthy one stays below some milliseconds. */
  static final Duration[] LAG =
      micros(1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000);

  /** Signature checks: tens of microseconds, or a millisecond with a slow provider. */
  static final Duration[] VERIFICATION =
      micros(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000);

  private Buckets() {}

  private static Duration[] micros(long... bounds) {
    return LongStream.of(bounds)
        .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
        .toArray(Duration[]::new);
  }
}
