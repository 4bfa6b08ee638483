package dev.bearward.jwks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one after the other on another executor, in the order they came. */
final class Serial implements Executor {
  private final Executor executor;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  Serial(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    do {
      run(tasks.remove());
    } while (pending.decrementAndGet() != 0);
  }

  /** A bug in one task must not keep the others from running. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      report(bug);
    }
  }

  /** Tells the thread's handler of a bug, and goes on. */
  static void report(RuntimeException bug) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
  }
}
