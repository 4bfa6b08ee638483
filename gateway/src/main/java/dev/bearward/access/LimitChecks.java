package dev.bearward.access;

import dev.bearward.http.Checks;
import dev.bearward.http.Reason;
import dev.bearward.limit.RateLimit;
import dev.bearward.token.Verified;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The limits of a route for people: who a request counts for. What was counted is not known. */
final class LimitChecks {
  private LimitChecks() {}

  /** The rate that is looked at before any token is. */
  static void beforeToken(Checks checks, RoutePlan plan) {
    RatePolicy policy = plan.limits().rate();
    if (policy != null && policy.by() instanceof RatePolicy.Address) {
      rate(checks, plan, policy, "the address");
    }
  }

  /**
   * The limits of what would be let through.
   *
   * @param identity null where no token was looked at
   */
  static void last(Checks checks, RoutePlan plan, @Nullable Verified identity) {
    RatePolicy policy = plan.limits().rate();
    if (policy != null && !(policy.by() instanceof RatePolicy.Address)) {
      String who = identity == null ? "the address" : who(policy.by());
      if (identity != null && RouteRate.known(policy, identity) == null) {
        checks.fail(
            Reason.CLAIM_MISMATCH,
            "requests count for " + who + ", and the token does not say which",
            DecisionChecks.setting(plan.route(), "rateLimit"));
        return;
      }
      rate(checks, plan, policy, who);
    }
    Integer most = plan.limits().concurrency();
    if (most != null) {
      checks.notJudged(
          Reason.OVERLOADED,
          "how many requests of the route are in flight (concurrency " + most + ")",
          DecisionChecks.setting(plan.route(), "limits"));
    }
  }

  private static String who(RatePolicy.By by) {
    return switch (by) {
      case RatePolicy.Subject _ -> "the subject";
      case RatePolicy.Client _ -> "the client";
      case RatePolicy.Address _ -> "the address";
      case RatePolicy.Claim(var claim) -> "the claim " + claim;
    };
  }

  private static void rate(Checks checks, RoutePlan plan, RatePolicy policy, String who) {
    RateLimit limit = policy.limit();
    checks.notJudged(
        Reason.RATE_LIMITED,
        "how many requests counted for %s (%d in %s, %d at once)"
            .formatted(who, limit.requests(), words(limit.per()), limit.burst()),
        DecisionChecks.setting(plan.route(), "rateLimit"));
  }

  private static String words(Duration per) {
    return per.toMillisPart() == 0 ? per.toSeconds() + " s" : per.toMillis() + " ms";
  }
}
