package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.route.Route;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is to be done with a request. */
public sealed interface AccessDecision
    permits Permit, Denial, AccessDecision.Answer, AccessDecision.Pending {

  /**
   * The gateway answers by itself: a CORS preflight, or its metadata.
   *
   * @param headers all of its headers but the framing
   * @param body printable ASCII; empty for none
   */
  record Answer(@Nullable Route route, int status, List<Header> headers, String body)
      implements AccessDecision {
    /** An answer without body. */
    public Answer(@Nullable Route route, int status, List<Header> headers) {
      this(route, status, headers, "");
    }
  }

  /**
   * The decision has to wait. The stage completes with one of the others, on any thread, and
   * exceptionally only after {@link #cancel()} or by a bug.
   *
   * @param refusalHeaders what a refusal carries that comes before the decision (CORS)
   * @param share whose memory the request takes while it waits
   */
  record Pending(
      Route route,
      CompletionStage<AccessDecision> decision,
      List<Header> refusalHeaders,
      WaitingShare share)
      implements AccessDecision {
    /** The refusal to write when the request fails while it waits. */
    public Denial refuse(Reason reason) {
      return new Denial(
          reason, route, null, null, refusalHeaders, Denial.defaultRetryAfter(reason));
    }

    /** The client is gone: its place among the waiting is free again. */
    public void cancel() {
      decision.toCompletableFuture().cancel(false);
    }
  }
}
