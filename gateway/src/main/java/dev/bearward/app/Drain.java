package dev.bearward.app;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of what is in flight. */
final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private Drain() {}

  /** Waits for the stage, but no longer than the limit; says so when it did not end in time. */
  static void await(String what, CompletionStage<?> stage, Duration limit) {
    try {
      stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("drain: {} did not end within {}", what, limit);
    } catch (ExecutionException e) {
      LOG.warn("drain: {} ended with a failure", what, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
