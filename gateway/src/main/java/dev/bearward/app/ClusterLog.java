package dev.bearward.app;

import dev.bearward.cluster.ClusterListener;
import dev.bearward.cluster.ClusterSettings.WhenUnavailable;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs when Redis comes and goes; of questions that failed one line in ten seconds. */
final class ClusterLog implements ClusterListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.cluster");
  private static final long PAUSE = Duration.ofSeconds(10).toNanos();

  private final String without;
  private final LongSupplier nanos;
  private final AtomicLong next;

  /**
   * @param nanos a clock as {@link System#nanoTime()}
   */
  ClusterLog(WhenUnavailable without, LongSupplier nanos) {
    this.without =
        switch (without) {
          case LOCAL -> "this instance counts and remembers by itself";
          case REFUSE -> "requests with a rate limit or a DPoP proof are refused";
        };
    this.nanos = nanos;
    this.next = new AtomicLong(nanos.getAsLong());
  }

  @Override
  public void up(String redis) {
    LOG.info("shared state: {} answers", redis);
  }

  @Override
  public void down(String redis, String why) {
    LOG.warn("shared state: {} does not answer: {}; until it does, {}", redis, why, without);
  }

  @Override
  public void failed(Question question, String why) {
    long now = nanos.getAsLong();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PAUSE)) {
      LOG.warn("shared state: a question failed ({}): {}", question, why);
    }
  }
}
