package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A deadline that is moved far more often than it passes: moving it later costs one clock reading,
 * since the timer that is already set moves itself when it fires too early. Event loop only.
 */
final class Deadline implements Runnable {
  private final EventLoop loop;
  private final Runnable passed;
  private boolean set;
  private long at;
  private long timerAt;
  private @Nullable Future<?> timer;

  Deadline(EventLoop loop, Runnable passed) {
    this.loop = loop;
    this.passed = passed;
  }

  /** Sets or moves the deadline to so many nanoseconds from now. */
  void in(long nanos) {
    at = loop.ticker().nanoTime() + nanos;
    set = true;
    if (timer == null || timerAt - at > 0) {
      stop();
      start(nanos);
    }
  }

  /** Takes the deadline away; a timer that runs finds nothing to do. */
  void none() {
    set = false;
  }

  /** Takes deadline and timer away. */
  void stop() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
      timer = null;
    }
  }

  private void start(long nanos) {
    timerAt = at;
    timer = loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    timer = null;
    if (!set) {
      return;
    }
    long left = at - loop.ticker().nanoTime();
    if (left > 0) {
      start(left);
    } else {
      set = false;
      passed.run();
    }
  }
}
