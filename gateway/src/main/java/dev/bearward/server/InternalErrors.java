package dev.bearward.server;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs bugs. An exception's message may quote what the client sent, so only its class and the place
 * are written, causes included. One a second is written and the others are counted: a bug that
 * every request meets must not make the event loops wait for the log.
 */
final class InternalErrors {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.server");
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final int FRAMES = 12;
  private static final int CAUSES = 4;

  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicInteger unwritten = new AtomicInteger();

  /**
   * @param nanoTime a clock for durations, in nanoseconds
   */
  InternalErrors(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Writes the bug, or counts it; any thread. */
  void log(Throwable bug) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE)) {
      unwritten.incrementAndGet();
      return;
    }
    int others = unwritten.getAndSet(0);
    String before = others == 0 ? "" : " (" + others + " more since the last one written)";
    LOG.error("internal error{}: {}", before, text(bug));
  }

  private static String text(Throwable bug) {
    var text = new StringBuilder();
    Throwable cause = bug;
    for (int depth = 0; cause != null && depth < CAUSES; depth++) {
      text.append(depth == 0 ? "" : "; caused by ").append(cause.getClass().getName());
      text.append(
          Arrays.stream(cause.getStackTrace())
              .limit(FRAMES)
              .map(StackTraceElement::toString)
              .collect(Collectors.joining(" < ", " at ", "")));
      cause = cause.getCause();
    }
    return text.toString();
  }
}
