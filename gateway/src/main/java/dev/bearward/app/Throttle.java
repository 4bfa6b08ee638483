package dev.bearward.app;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Lines of one kind: one in ten seconds, with the number of those since the one before. */
final class Throttle {
  private static final long PAUSE = Duration.ofSeconds(10).toNanos();

  private final Logger log;
  private final LongSupplier nanos;
  private final AtomicLong unsaid = new AtomicLong();
  private final AtomicLong next;

  /**
   * @param nanos a clock as {@link System#nanoTime()}
   */
  Throttle(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
    this.next = new AtomicLong(nanos.getAsLong());
  }

  /** Warns, or counts; any thread. */
  void say(String line, String why) {
    long now = nanos.getAsLong();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PAUSE)) {
      long before = unsaid.getAndSet(0);
      log.warn("{}: {}{}", line, why, before == 0 ? "" : " (" + before + " more before)");
    } else {
      unsaid.incrementAndGet();
    }
  }
}
