package dev.bearward.server;

import java.time.Duration;

/**
 * Watches that bytes keep moving while a client is waited for. It has the time-out's length to
 * begin with, every second of waiting takes one of it, and every {@value #LEAST_RATE} bytes give
 * one back, never beyond that length. So it may be silent for the whole time-out but no longer, it
 * may not fall behind that rate by more than the time-out, and what it did long ago does not pay
 * for what it does now: a drip of single bytes holds nothing for ever, whatever came before it.
 */
final class Pace {
  /** Bytes a second. */
  static final long LEAST_RATE = 240;

  private static final long NANOS_PER_BYTE = 1_000_000_000 / LEAST_RATE;

  private final long timeoutNanos;
  private long left;
  private long seen;

  Pace(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
    this.left = timeoutNanos;
  }

  /** Begins anew at that count of bytes. */
  void reset(long bytes) {
    left = timeoutNanos;
    seen = bytes;
  }

  /** Whether it is too slow, after {@code nanos} more of waiting and {@code bytes} in all. */
  boolean tooSlow(long nanos, long bytes) {
    left -= nanos;
    long more = bytes - seen;
    if (more > 0) {
      seen = bytes;
      boolean all = more >= timeoutNanos / NANOS_PER_BYTE;
      left = all ? timeoutNanos : Math.min(timeoutNanos, left + more * NANOS_PER_BYTE);
    }
    return left <= 0;
  }

  /** The same without a rate: any byte, or any change of that count, gives all time back. */
  boolean silent(long nanos, long bytes) {
    left -= nanos;
    if (bytes != seen) {
      reset(bytes);
    }
    return left <= 0;
  }
}
