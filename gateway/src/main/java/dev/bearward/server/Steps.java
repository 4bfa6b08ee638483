package dev.bearward.server;

import io.netty.channel.EventLoop;
import java.util.function.Consumer;

/** Runs what comes from elsewhere on a connection's event loop, where a bug in it is not lost. */
final class Steps {
  private final EventLoop loop;
  private final Consumer<Throwable> broken;

  Steps(EventLoop loop, Consumer<Throwable> broken) {
    this.loop = loop;
    this.broken = broken;
  }

  /** Runs now where this is the event loop, else soon. */
  void run(Runnable step) {
    if (loop.inEventLoop()) {
      guarded(step);
    } else {
      later(step);
    }
  }

  /** Runs soon. */
  void later(Runnable step) {
    loop.execute(() -> guarded(step));
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      broken.accept(e);
    }
  }
}
