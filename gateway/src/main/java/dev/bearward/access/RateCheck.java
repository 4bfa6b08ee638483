package dev.bearward.access;

import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.Spending;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the requests of a route to its rate: by address before anything else is looked at, by what
 * the token says once that was judged. What is let through without a token that says it, which only
 * reporting routes and preflights for the upstream are, counts for its address.
 */
final class RateCheck {
  private final WaitingShare waiting;

  RateCheck(WaitingShare waiting) {
    this.waiting = waiting;
  }

  /** Decides with the rate before or behind the rest of the decision. */
  AccessDecision decide(
      RequestHead head, GuardedRoute route, RouteRate rate, Supplier<AccessDecision> rest) {
    return rate.byAddress()
        ? spent(head, route, rate, RouteRate.unknown(head), null, rest)
        : after(rest.get(), decided -> counted(head, route, rate, decided));
  }

  private AccessDecision counted(
      RequestHead head, GuardedRoute route, RouteRate rate, AccessDecision decided) {
    if (!(decided instanceof Permit permit)) {
      return decided;
    }
    Verified identity = permit.identity();
    String client = identity == null ? RouteRate.unknown(head) : rate.known(identity);
    if (client != null) {
      return spent(head, route, rate, client, identity, () -> permit);
    }
    return permit.reported() != null
        ? spent(head, route, rate, RouteRate.unknown(head), identity, () -> permit)
        : counted(head, route, rate, route.deny(head, Reason.CLAIM_MISMATCH, identity, null));
  }

  private AccessDecision spent(
      RequestHead head,
      GuardedRoute route,
      RouteRate rate,
      String client,
      @Nullable Verified identity,
      Supplier<AccessDecision> rest) {
    return settled(head, route, rate, identity, rest, rate.spend(client));
  }

  private AccessDecision settled(
      RequestHead head,
      GuardedRoute route,
      RouteRate rate,
      @Nullable Verified identity,
      Supplier<AccessDecision> rest,
      Spending spending) {
    return switch (spending) {
      case Spending.Allowed allowed ->
          after(
              rest.get(),
              decided ->
                  decided instanceof Permit permit ? permit.telling(rate.told(allowed)) : decided);
      case Spending.Exhausted exhausted ->
          route.denyRate(head, identity, exhausted.retryAfter(), rate.told(exhausted));
      case Spending.Unavailable(Duration retryAfter) ->
          route.denyUncounted(head, identity, retryAfter);
      case Spending.Later(CompletionStage<Spending> stage) ->
          later(head, route, stage, known -> settled(head, route, rate, identity, rest, known));
    };
  }

  private AccessDecision later(
      RequestHead head,
      GuardedRoute route,
      CompletionStage<Spending> stage,
      Function<Spending, AccessDecision> rest) {
    if (!waiting.enter()) {
      return route.deny(head, Reason.OVERLOADED, null, null);
    }
    CompletableFuture<AccessDecision> decision =
        stage.thenCompose(known -> stage(rest.apply(known))).toCompletableFuture();
    var _ = decision.whenComplete((_, _) -> waiting.leave());
    return new AccessDecision.Pending(
        route.route(), decision, route.cors().onRefusal(head), waiting);
  }

  /** Goes on once there is a decision; giving the wait up gives up what is waited for. */
  private static AccessDecision after(
      AccessDecision decision, Function<AccessDecision, AccessDecision> rest) {
    if (!(decision instanceof AccessDecision.Pending pending)) {
      return rest.apply(decision);
    }
    CompletableFuture<AccessDecision> before = pending.decision().toCompletableFuture();
    CompletableFuture<AccessDecision> behind =
        before.thenCompose(decided -> stage(rest.apply(decided)));
    var _ =
        behind.whenComplete((_, _) -> {
          if (behind.isCancelled()) {
            before.cancel(false);
          }
        });
    return new AccessDecision.Pending(
        pending.route(), behind, pending.refusalHeaders(), pending.share());
  }

  private static CompletionStage<AccessDecision> stage(AccessDecision decision) {
    return decision instanceof AccessDecision.Pending pending
        ? pending.decision()
        : CompletableFuture.completedStage(decision);
  }
}
