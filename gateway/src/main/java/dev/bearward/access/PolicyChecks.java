package dev.bearward.access;

import static dev.bearward.access.DecisionChecks.setting;

import dev.bearward.http.Checks;
import dev.bearward.http.Reason;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.policy.Verdict;
import dev.bearward.route.Route;
import dev.bearward.token.ClaimCondition;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimWords;
import dev.bearward.token.Verified;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The demands of a route, one at a time: each is judged by itself as {@link Requirement} judges
 * them together.
 */
public final class PolicyChecks {
  private final InstantSource clock;

  /** The time is that of demands on an authentication's age. */
  public PolicyChecks(InstantSource clock) {
    this.clock = clock;
  }

  /** Adds them up to the first that is not met; says whether all are. */
  boolean add(Checks checks, Route route, Verified identity) {
    if (!(route.requirement() instanceof Requirement.Token demand)) {
      return true;
    }
    return issuers(checks, route, demand, identity)
        && scopes(checks, route, demand, identity)
        && claims(checks, route, demand, identity)
        && stepUp(checks, route, demand.stepUp(), identity);
  }

  private boolean issuers(Checks checks, Route route, Requirement.Token demand, Verified identity) {
    return (demand.issuers().isEmpty()
            || judged(
                checks,
                Reason.UNKNOWN_ISSUER,
                only(demand.issuers(), Set.of(), List.of(), List.of(), List.of(), null),
                identity,
                "wants issuers " + sorted(demand.issuers()) + ", this is " + identity.issuer(),
                route,
                "require.issuers"))
        && (demand.audiences().isEmpty()
            || judged(
                checks,
                Reason.WRONG_AUDIENCE,
                only(Set.of(), demand.audiences(), List.of(), List.of(), List.of(), null),
                identity,
                "wants one of audiences "
                    + sorted(demand.audiences())
                    + ", the token has "
                    + identity.audiences(),
                route,
                "require.audiences"));
  }

  private boolean scopes(Checks checks, Route route, Requirement.Token demand, Verified identity) {
    String held = ", the token has " + sorted(identity.scopes());
    return (demand.scopes().isEmpty()
            || judged(
                checks,
                Reason.INSUFFICIENT_SCOPE,
                only(Set.of(), Set.of(), demand.scopes(), List.of(), List.of(), null),
                identity,
                "wants all of scopes " + demand.scopes() + held,
                route,
                "require.scopes"))
        && (demand.anyScope().isEmpty()
            || judged(
                checks,
                Reason.INSUFFICIENT_SCOPE,
                only(Set.of(), Set.of(), List.of(), demand.anyScope(), List.of(), null),
                identity,
                "wants any of scopes " + demand.anyScope() + held,
                route,
                "require.anyScope"));
  }

  private boolean claims(Checks checks, Route route, Requirement.Token demand, Verified identity) {
    for (ClaimCondition claim : demand.claims()) {
      if (!judged(
          checks,
          Reason.CLAIM_MISMATCH,
          only(Set.of(), Set.of(), List.of(), List.of(), List.of(claim), null),
          identity,
          ClaimWords.of(claim) + "; the token has " + ClaimWords.of(identity.claim(claim.claim())),
          route,
          "require.claims")) {
        return false;
      }
    }
    return true;
  }

  private boolean stepUp(Checks checks, Route route, @Nullable StepUp demand, Verified identity) {
    return demand == null
        || judged(
            checks,
            Reason.STEP_UP_REQUIRED,
            only(Set.of(), Set.of(), List.of(), List.of(), List.of(), demand),
            identity,
            "wants acr "
                + (demand.acrValues().isEmpty() ? "any" : demand.acrValues())
                + (demand.maxAge() == null
                    ? ""
                    : ", at most " + demand.maxAge().toSeconds() + " s old")
                + "; the token has acr "
                + ClaimWords.of(identity.claim(ClaimPath.of("acr")))
                + ", auth_time "
                + ClaimWords.of(identity.claim(ClaimPath.of("auth_time"))),
            route,
            "require.acr");
  }

  private static Requirement.Token only(
      Set<String> issuers,
      Set<String> audiences,
      List<String> scopes,
      List<String> anyScope,
      List<ClaimCondition> claims,
      @Nullable StepUp stepUp) {
    return new Requirement.Token(issuers, audiences, scopes, anyScope, claims, stepUp);
  }

  private boolean judged(
      Checks checks,
      Reason usual,
      Requirement.Token demand,
      Verified identity,
      String text,
      Route route,
      String key) {
    return switch (demand.judge(identity, clock)) {
      case Verdict.Met _ -> checks.add(usual, true, text, setting(route, key));
      case Verdict.Unmet(Reason reason, var _) -> checks.fail(reason, text, setting(route, key));
    };
  }

  private static List<String> sorted(Set<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }
}
