package dev.bearward.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock and a scheduler whose time passes only when the test says so. Tasks without a delay run
 * at once on a thread of its own.
 */
public final class SteppedTime extends AbstractExecutorService
    implements ScheduledExecutorService, InstantSource {
  private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private final AtomicLong now = new AtomicLong(START);
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("stepped-time").daemon().unstarted(task));
  private final PriorityBlockingQueue<Timer<?>> timers =
      new PriorityBlockingQueue<>(
          11, Comparator.<Timer<?>>comparingLong(t -> t.at).thenComparingLong(t -> t.order));
  private final AtomicLong order = new AtomicLong();

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(now.get());
  }

  /** Lets time pass; what falls due on the way has run, in order, when this returns. */
  public void advance(Duration duration) {
    long end = now.get() + duration.toMillis();
    for (Optional<Timer<?>> due = due(end); due.isPresent(); due = due(end)) {
      now.accumulateAndGet(due.get().at, Math::max);
      runAll(due.get());
    }
    now.set(end);
    settle();
  }

  /** Time until the next task, or empty when none is scheduled. */
  public Optional<Duration> untilNext() {
    return Optional.ofNullable(timers.peek()).map(t -> Duration.ofMillis(t.at - now.get()));
  }

  /** Returns when all tasks handed over so far have run. */
  public void settle() {
    runAll(() -> {});
  }

  @Override
  public void execute(Runnable task) {
    worker.execute(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return schedule(
        () -> {
          task.run();
          return task;
        },
        delay,
        unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    var timer = new Timer<>(task, now.get() + unit.toMillis(delay), order.incrementAndGet());
    timers.add(timer);
    return timer;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("periods are not needed here");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("periods are not needed here");
  }

  @Override
  public void shutdown() {
    worker.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return worker.shutdownNow();
  }

  @Override
  public boolean isShutdown() {
    return worker.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return worker.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return worker.awaitTermination(timeout, unit);
  }

  private Optional<Timer<?>> due(long end) {
    Timer<?> next = timers.peek();
    if (next == null || next.at > end) {
      return Optional.empty();
    }
    timers.remove(next);
    return Optional.of(next);
  }

  /** Twice, since a task may hand over another. */
  private void runAll(Runnable task) {
    try {
      worker.submit(task).get();
      worker.submit(() -> {}).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long at;
    private final long order;

    Timer(Callable<V> task, long at, long order) {
      super(task);
      this.at = at;
      this.order = order;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      timers.remove(this);
      return super.cancel(mayInterrupt);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - now.get(), TimeUnit.MILLISECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
