package dev.bearward.binding;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Port: remembers the proofs that were used, so that each is used once (RFC 9449 section 11.1).
 * Called on event loops, so it never blocks.
 */
public interface ReplayGuard {
  /**
   * Uses a proof. Of several uses of one proof, at the same time or later, exactly one is the
   * first.
   *
   * @param untilMillis milliseconds since the epoch from which on nobody would take the proof any
   *     more; it is remembered at least that long
   */
  Use use(ProofId proof, long untilMillis);

  /** What came of it. */
  sealed interface Use {}

  /** The proof was not used before. */
  record First() implements Use {}

  /** The proof was used before. */
  record Again() implements Use {}

  /** It cannot be said, or not be remembered: the proof must not be taken. */
  record Unavailable(Duration retryAfter) implements Use {}

  /** Somebody else is asked; completes with one of the others, never exceptionally. */
  record Later(CompletionStage<Use> use) implements Use {}
}
