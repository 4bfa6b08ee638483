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

  /** A stage that completes with one of the others, never exceptionally, on any thread. */
  record Pending(Route route, CompletionStage<AccessDecision> decision) implements AccessDecision {}
}
