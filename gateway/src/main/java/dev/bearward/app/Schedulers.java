package dev.bearward.app;

import dev.bearward.jwks.KeySetEnvironment;
import dev.bearward.jwks.KeySetListener;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that are no event loops. */
final class Schedulers {
  private static final int IDLE_SECONDS = 10;

  private Schedulers() {}

  /**
   * The one thread of the key sets' life-cycles; a refresh to come does not keep it from ending.
   */
  static ScheduledExecutorService keys() {
    var scheduler =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("bearward-keys").daemon().unstarted(task));
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    scheduler.setRemoveOnCancelPolicy(true);
    return scheduler;
  }

  /** The one thread that writes the file of revocations. */
  static ScheduledExecutorService revocations() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> Thread.ofPlatform().name("bearward-revocations").daemon().unstarted(task));
  }

  /** The one thread of what is shared with other instances, beside the requests. */
  static ScheduledExecutorService cluster() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> Thread.ofPlatform().name("bearward-cluster").daemon().unstarted(task));
  }

  /** The one thread that looks at files. */
  static ScheduledExecutorService files() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> Thread.ofPlatform().name("bearward-files").daemon().unstarted(task));
  }

  /** The threads that look host names of upstreams up, which blocks. */
  static ExecutorService lookups() {
    return Executors.newFixedThreadPool(
        2, task -> Thread.ofPlatform().name("bearward-names").daemon().unstarted(task));
  }

  /**
   * The threads that verify signatures that take too long for an event loop; they end when there is
   * nothing to do.
   *
   * @param mostWaiting signatures that may wait; those beyond it are rejected
   */
  static ExecutorService signatures(int mostWaiting) {
    int threads = Runtime.getRuntime().availableProcessors();
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(mostWaiting),
            task -> Thread.ofPlatform().name("bearward-signatures").daemon().unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  static KeySetEnvironment environment(
      ScheduledExecutorService scheduler, int maxWaiters, KeySetListener listener) {
    return new KeySetEnvironment(
        scheduler, InstantSource.system(), new Random(), maxWaiters, listener);
  }
}
