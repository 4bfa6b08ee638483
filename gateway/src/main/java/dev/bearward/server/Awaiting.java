package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.http.Reason;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A decision that is not there yet, and the memory that waiting for it takes. */
final class Awaiting {
  private final AccessDecision.Pending pending;
  private boolean over;

  private Awaiting(AccessDecision.Pending pending) {
    this.pending = pending;
  }

  /**
   * Begins to wait.
   *
   * @param bytes memory that it takes, about
   * @param most memory that all who wait may take
   * @param decided takes the decision, or why there is none, on the client's event loop
   * @return null when there is no room; then it was cancelled
   */
  static @Nullable Awaiting begin(
      AccessDecision.Pending pending,
      long bytes,
      long most,
      ClientSide client,
      BiConsumer<@Nullable AccessDecision, @Nullable Throwable> decided) {
    if (!pending.share().hold(bytes, most)) {
      pending.cancel();
      return null;
    }
    var awaiting = new Awaiting(pending);
    var _ =
        pending
            .decision()
            .whenComplete((decision, failure) -> {
              pending.share().release(bytes);
              client.onLoop(() -> awaiting.end(decision, failure, decided));
            });
    return awaiting;
  }

  private void end(
      @Nullable AccessDecision decision,
      @Nullable Throwable failure,
      BiConsumer<@Nullable AccessDecision, @Nullable Throwable> decided) {
    if (!over) {
      over = true;
      decided.accept(decision, failure);
    }
  }

  /** Nobody wants the decision any more, if it is not there yet. */
  void cancel() {
    if (!over) {
      over = true;
      pending.cancel();
    }
  }

  /** The refusal when it comes to nothing. */
  Denial refuse(Reason reason) {
    return pending.refuse(reason);
  }
}
