package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.route.Route;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is to be done with a request. */
public sealed interface AccessDecision
    permits Permit, Denial, AccessDecision.Answer, AccessDecision.Pending {

  /**
   * The gateway answers by itself, for example a CORS preflight.
   *
   * @param headers all of its headers but the framing
   */
  record Answer(@Nullable Route route, int status, List<Header> headers)
      implements AccessDecision {}

  /**
   * The decision has to wait. The stage completes with one of the others, on any thread, and
   * exceptionally only after {@link #cancel()} or by a bug.
   */
  record Pending(Route route, CompletionStage<AccessDecision> decision) implements AccessDecision {
    /** The client is gone: its place among the waiting is free again. */
    public void cancel() {
      decision.toCompletableFuture().cancel(false);
    }
  }
}
