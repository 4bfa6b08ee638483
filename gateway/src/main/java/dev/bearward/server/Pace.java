package dev.bearward.server;

import java.time.Duration;

/**
 * Watches that bytes keep moving while one side waits for them: never silent for the whole
 * time-out, and after it never slower than {@value #LEAST_RATE} bytes a second on average, so that
 * a drip of single bytes does not hold a connection for ever.
 */
final class Pace {
  /** Bytes a second. */
  static final long LEAST_RATE = 240;

  private static final double NANOS = 1e9;

  private final long timeoutNanos;
  private final boolean rated;
  private long silent;
  private long waited;
  private long start;
  private long last;

  Pace(Duration timeout, boolean rated) {
    this.timeoutNanos = timeout.toNanos();
    this.rated = rated;
  }

  /** Begins anew at that count of bytes. */
  void reset(long bytes) {
    silent = 0;
    waited = 0;
    start = bytes;
    last = bytes;
  }

  /** Whether it is too slow, after {@code nanos} more of waiting and {@code bytes} in all. */
  boolean tooSlow(long nanos, long bytes) {
    waited += nanos;
    silent = bytes == last ? silent + nanos : 0;
    last = bytes;
    if (silent >= timeoutNanos) {
      return true;
    }
    double demanded = (waited - timeoutNanos) / NANOS * LEAST_RATE;
    return rated && waited > timeoutNanos && bytes - start < demanded;
  }
}
