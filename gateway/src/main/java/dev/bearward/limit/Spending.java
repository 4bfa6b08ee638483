package dev.bearward.limit;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Whether one more request may be made. */
public sealed interface Spending {
  /**
   * It may, and is counted.
   *
   * @param remaining how many more may be made right now
   * @param untilFull when as many may be made as ever
   */
  record Allowed(long remaining, Duration untilFull) implements Spending {}

  /**
   * It may not.
   *
   * @param retryAfter when one may be made
   */
  record Exhausted(Duration retryAfter) implements Spending {}

  /**
   * It cannot be said, and nobody is to count instead; the client is not at fault.
   *
   * @param retryAfter when to try again
   */
  record Unavailable(Duration retryAfter) implements Spending {}

  /** Not known yet. The stage completes with one of the others, on any thread. */
  record Later(CompletionStage<Spending> stage) implements Spending {}
}
