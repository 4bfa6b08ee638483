package dev.bearward.binding;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Whether the client holds the key that its token is bound to. */
public sealed interface Possession {
  /**
   * It does, or the token is not bound.
   *
   * @param freshNonce nonce for the client's next proofs, or null while its own still serves
   */
  record Proven(@Nullable String freshNonce) implements Possession {}

  /**
   * It does not.
   *
   * @param what the part of the proof that is not good, never a value of it
   * @param nonce nonce for the client's next proofs, or null where none is demanded
   */
  record Unproven(Reason reason, String what, @Nullable String nonce) implements Possession {}

  /** It cannot be said at present; the client is not at fault. */
  record Unavailable(Duration retryAfter) implements Possession {}

  /** Somebody else is asked; completes with one of the others, never exceptionally. */
  record Later(CompletionStage<Possession> possession) implements Possession {}
}
