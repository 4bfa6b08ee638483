package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.http.Reason;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A decision that is not there yet, and the memory that waiting for it takes. */
final class Awaiting {
  /** Objects that a decision takes which waits, bytes, about. */
  private static final int COST = 1024;

  private final AccessDecision.Pending pending;
  private boolean over;

  private Awaiting(AccessDecision.Pending pending) {
    this.pending = pending;
  }

  /**
   * Begins to wait.
   *
   * @param most memory that all who wait may take
   * @param client hears of a fault if there is none
   * @param decided takes the decision, on the client's event loop
   * @return null when there is no room; then it was cancelled
   */
  static @Nullable Awaiting begin(
      AccessDecision.Pending pending,
      long most,
      ClientSide client,
      Consumer<AccessDecision> decided) {
    long bytes = (long) client.headBytes() + COST;
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
              client.onLoop(() -> awaiting.end(decision, failure, client, decided));
            });
    return awaiting;
  }

  private void end(
      @Nullable AccessDecision decision,
      @Nullable Throwable failure,
      ClientSide client,
      Consumer<AccessDecision> decided) {
    if (over) {
      return;
    }
    over = true;
    if (decision != null) {
      decided.accept(decision);
    } else {
      client.broken(failure == null ? new IllegalStateException("no decision") : failure);
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
