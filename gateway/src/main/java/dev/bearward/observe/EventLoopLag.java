package dev.bearward.observe;

import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Measures how late event loops are: each runs a small task once a second, and what it comes too
 * late is its lag. A loop that does not come back at all shows as stalled.
 */
final class EventLoopLag implements AutoCloseable {
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

  private final List<Probe> probes;

  /**
   * Begins at once.
   *
   * @param ticker nanoseconds
   */
  EventLoopLag(Iterable<? extends EventExecutor> loops, Timer lag, LongSupplier ticker) {
    this.probes =
        StreamSupport.stream(loops.spliterator(), false)
            .map(loop -> new Probe(loop, lag, ticker))
            .toList();
    probes.forEach(Probe::schedule);
  }

  /** How many seconds the most overdue probe is late at this moment. */
  double stalledSeconds() {
    return probes.stream().mapToLong(Probe::overdue).max().orElse(0) / 1e9;
  }

  @Override
  public void close() {
    probes.forEach(Probe::cancel);
  }

  private static final class Probe implements Runnable {
    private final EventExecutor loop;
    private final Timer lag;
    private final LongSupplier ticker;
    private volatile long due;
    private volatile boolean closed;
    private volatile @Nullable ScheduledFuture<?> next;

    Probe(EventExecutor loop, Timer lag, LongSupplier ticker) {
      this.loop = loop;
      this.lag = lag;
      this.ticker = ticker;
    }

    void schedule() {
      if (!closed && !loop.isShuttingDown()) {
        due = ticker.getAsLong() + PERIOD;
        next = loop.schedule(this, PERIOD, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public void run() {
      lag.record(overdue(), TimeUnit.NANOSECONDS);
      schedule();
    }

    long overdue() {
      return closed || loop.isShuttingDown() ? 0 : Math.max(0, ticker.getAsLong() - due);
    }

    void cancel() {
      closed = true;
      ScheduledFuture<?> last = next;
      if (last != null) {
        last.cancel(false);
      }
    }
  }
}
