package dev.bearward.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of a token, by the clock that verifies tokens. The one timer of an exchange
 * that lasts; others have none. Event loop only.
 */
final class Expiry implements Runnable {
  /** Longest time without a look at the clock, since that may be set. */
  private static final long LOOK_MILLIS = 60_000;

  private final EventLoop loop;
  private final InstantSource clock;
  private final long atMillis;
  private final Runnable come;
  private @Nullable Future<?> timer;

  /**
   * @param atMillis milliseconds since the epoch
   * @param come what happens then, once
   */
  Expiry(EventLoop loop, InstantSource clock, long atMillis, Runnable come) {
    this.loop = loop;
    this.clock = clock;
    this.atMillis = atMillis;
    this.come = come;
  }

  /** Begins to wait; nothing happens before this returns. */
  void start() {
    long left = Math.max(0, atMillis - clock.millis());
    timer = loop.schedule(this, Math.min(left, LOOK_MILLIS), TimeUnit.MILLISECONDS);
  }

  void stop() {
    Future<?> running = timer;
    if (running != null) {
      timer = null;
      running.cancel(false);
    }
  }

  @Override
  public void run() {
    if (timer == null) {
      return; // Stopped.
    }
    timer = null;
    if (clock.millis() < atMillis) {
      start();
    } else {
      come.run();
    }
  }
}
