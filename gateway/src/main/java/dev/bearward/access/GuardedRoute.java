package dev.bearward.access;

import dev.bearward.cors.CorsHeaders;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.Verdict;
import dev.bearward.route.Route;
import dev.bearward.token.TokenSources;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One route with everything made ready that permits and refusals on it need. */
final class GuardedRoute {
  private static final Header PRIVATE = new Header("Cache-Control", "private");

  private final Route route;
  private final CorsHeaders cors;
  private final Challenges challenges;
  private final IdentityHeaders identityHeaders;
  private final IdentityNames identityNames;
  private final TokenSources tokenFrom;
  private final OriginGuard origins;
  private final InstantSource clock;
  private final BudgetedVerifier verifier;

  GuardedRoute(
      RoutePlan plan,
      String realm,
      IdentityNames identityNames,
      BudgetedVerifier verifier,
      InstantSource clock) {
    this.route = plan.route();
    this.verifier = verifier.onRoute(route.requirement());
    this.cors =
        CorsHeaders.of(
            plan.cors(), route.methodsByName(), !(route.requirement() instanceof Requirement.Open));
    this.challenges = new Challenges(realm, route.requirement());
    this.identityHeaders = new IdentityHeaders(plan.identity());
    this.identityNames = identityNames;
    this.tokenFrom = plan.tokenFrom();
    this.origins = new OriginGuard(plan.origins());
    this.clock = clock;
  }

  Route route() {
    return route;
  }

  /** Verifies tokens of the issuers that the route accepts. */
  BudgetedVerifier verifier() {
    return verifier;
  }

  CorsHeaders cors() {
    return cors;
  }

  /** Where the token is taken from. */
  TokenSources tokenFrom() {
    return tokenFrom;
  }

  /** Which origins may do what. */
  OriginGuard origins() {
    return origins;
  }

  /** Whether no token is looked at. */
  boolean open() {
    return route.requirement() instanceof Requirement.Open;
  }

  /** Lets a request through without looking at a token. */
  Permit permitUnseen(RequestHead head) {
    return permit(head, null, List.of());
  }

  /** Lets a request through if its token meets the demands. */
  AccessDecision judge(RequestHead head, Verified identity) {
    return switch (route.requirement().judge(identity, clock)) {
      case Verdict.Unmet(Reason reason, var _) -> deny(head, reason, identity, null);
      case Verdict.Met _ -> {
        List<Header> headers = identityHeaders.of(identity);
        yield headers == null
            ? deny(head, Reason.CLAIM_MISMATCH, identity, null)
            : permit(head, identity, headers);
      }
    };
  }

  private Permit permit(RequestHead head, @Nullable Verified identity, List<Header> headers) {
    List<Header> onResponse = cors.onResponse(head);
    List<Header> onRefusal = cors.own() ? onResponse : cors.onRefusal(head);
    boolean field = tokenFrom.headerOnly() || head.headers().first("authorization") != null;
    return new Permit(
        tokenFrom.headerOnly() ? head : tokenFrom.withoutTokens(head),
        route,
        identity,
        headers,
        field ? onResponse : withPrivacy(onResponse),
        cors.own(),
        identityNames,
        onRefusal);
  }

  /** Caches know only of the Authorization field that a response may be for one user (rule 4). */
  private static List<Header> withPrivacy(List<Header> headers) {
    return Stream.concat(headers.stream(), Stream.of(PRIVATE)).toList();
  }

  /** Refuses; a null delay stands for the usual one of the reason. */
  Denial deny(
      RequestHead head, Reason reason, @Nullable Verified identity, @Nullable Duration retryAfter) {
    return new Denial(
        reason,
        route,
        identity,
        challenges.of(reason),
        cors.onRefusal(head),
        retryAfter != null ? retryAfter : Denial.defaultRetryAfter(reason));
  }
}
