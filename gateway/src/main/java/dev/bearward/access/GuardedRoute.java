package dev.bearward.access;

import dev.bearward.binding.Schemes;
import dev.bearward.cors.CorsHeaders;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.Header;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.Verdict;
import dev.bearward.route.Rewrite;
import dev.bearward.route.Route;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenSources;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One route with everything made ready that permits and refusals on it need. */
final class GuardedRoute {
  private static final String AUTHORIZATION = "Authorization";
  private static final String DPOP_NONCE = "DPoP-Nonce";
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final Set<Reason> LIMITS =
      EnumSet.of(Reason.RATE_LIMITED, Reason.OVERLOADED, Reason.DRAINING);

  /** Caches know only of the Authorization field that a response may be for one user (rule 4). */
  private static final Header PRIVATE = new Header("Cache-Control", "private");

  private final Route route;
  private final CorsHeaders cors;
  private final Challenges challenges;
  private final IdentityHeaders identityHeaders;
  private final RouteTerms terms;
  private final Rewrite rewrite;
  private final List<Header> written;
  private final @Nullable RouteRate rate;
  private final TokenSources tokenFrom;
  private final OriginGuard origins;
  private final boolean reportOnly;
  private final InstantSource clock;
  private final BudgetedVerifier verifier;

  GuardedRoute(
      RoutePlan plan,
      String realm,
      @Nullable ResourceMetadata metadata,
      Schemes schemes,
      IdentityNames identityNames,
      BudgetedVerifier verifier,
      @Nullable RouteRate rate,
      @Nullable InFlight inFlight,
      InstantSource clock) {
    this.route = plan.route();
    this.verifier = verifier.onRoute(route.requirement());
    this.cors = CorsHeaders.of(plan.cors(), route.methodsByName(), credentials(route, schemes));
    this.challenges =
        new Challenges(
            realm, metadata == null ? null : metadata.url(), route.requirement(), schemes);
    this.identityHeaders = new IdentityHeaders(plan.identity());
    this.rewrite = plan.changes().rewrite();
    HeaderRules requestHeaders = plan.changes().requestHeaders();
    this.written = requestHeaders.written();
    this.terms =
        new RouteTerms(
            route,
            identityNames.and(requestHeaders.replaced()),
            cors.own(),
            rewrite.host(),
            plan.changes().responseHeaders(),
            plan.limits().closesAtExpiry() && !plan.reportOnly(),
            inFlight,
            challenges);
    this.rate = rate;
    this.tokenFrom = plan.tokenFrom();
    this.origins = new OriginGuard(plan.origins());
    this.reportOnly = plan.reportOnly();
    this.clock = clock;
  }

  /** The fields by which clients of the route prove who they are. */
  private static CorsHeaders.Credentials credentials(Route route, Schemes schemes) {
    if (route.requirement() instanceof Requirement.Open) {
      return CorsHeaders.Credentials.NONE;
    }
    return new CorsHeaders.Credentials(
        schemes.dpop() ? List.of(AUTHORIZATION, "DPoP") : List.of(AUTHORIZATION),
        schemes.nonce() ? List.of("WWW-Authenticate", DPOP_NONCE) : List.of());
  }

  Route route() {
    return route;
  }

  /** Verifies tokens of the issuers that the route accepts. */
  BudgetedVerifier verifier() {
    return verifier;
  }

  /** How fast its clients may send requests, or null for any speed. */
  @Nullable RouteRate rate() {
    return rate;
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
  AccessDecision permitUnseen(RequestHead head) {
    return permit(head, null, List.of(), null);
  }

  /**
   * Lets a request through if its token meets the demands.
   *
   * @param nonce nonce for the client's next DPoP proofs, or null
   */
  AccessDecision judge(RequestHead head, Verified identity, @Nullable String nonce) {
    return switch (route.requirement().judge(identity, clock)) {
      case Verdict.Unmet(Reason reason, var _) -> deny(head, reason, identity, null);
      case Verdict.Met _ -> {
        List<Header> headers = identityHeaders.of(identity);
        yield headers == null
            ? deny(head, Reason.CLAIM_MISMATCH, identity, null)
            : permit(head, identity, headers, nonce);
      }
    };
  }

  private AccessDecision permit(
      RequestHead head, @Nullable Verified identity, List<Header> headers, @Nullable String nonce) {
    RequestHead onward = tokenFrom.headerOnly() ? head : tokenFrom.withoutTokens(head);
    return permit(head, onward, identity, headers, nonce, route.forwardToken(), null);
  }

  private AccessDecision permit(
      RequestHead head,
      RequestHead onward,
      @Nullable Verified identity,
      List<Header> headers,
      @Nullable String nonce,
      boolean forwardsToken,
      @Nullable Reason reported) {
    RequestHead rewritten = rewrite.keepsPath() ? onward : rewritten(onward);
    List<Header> onResponse = cors.onResponse(head);
    List<Header> onRefusal = cors.own() ? onResponse : cors.onRefusal(head);
    if (rewritten == null) {
      return new Denial(Reason.AMBIGUOUS_PATH, route, identity, null, onRefusal, null);
    }
    return new Permit(
        rewritten,
        terms,
        identity,
        written.isEmpty() ? headers : joined(headers, written),
        withNonce(nonce, tokenFrom.headerOnly() ? onResponse : onResponse(head, onResponse)),
        onRefusal,
        forwardsToken,
        reported);
  }

  /** The request with the path that the upstream gets, or null when that is ambiguous. */
  private @Nullable RequestHead rewritten(RequestHead head) {
    return switch (rewrite.applied(head.path(), route.pathForm())) {
      case CanonicalPath.Canonical(CanonicalPath path) -> head.with(path);
      case CanonicalPath.Ambiguous _ -> null;
    };
  }

  /** With what a response has to say when the token may come in other places than the field. */
  private List<Header> onResponse(RequestHead head, List<Header> others) {
    boolean field = head.headers().first("authorization") != null;
    List<Header> headers = field ? others : with(PRIVATE, others);
    String protocol = tokenFrom.agreedProtocol(head);
    return protocol == null ? headers : with(new Header(PROTOCOL, protocol), headers);
  }

  private static List<Header> withNonce(@Nullable String nonce, List<Header> headers) {
    return nonce == null ? headers : with(new Header(DPOP_NONCE, nonce), headers);
  }

  private static List<Header> with(Header header, List<Header> headers) {
    return joined(headers, List.of(header));
  }

  private static List<Header> joined(List<Header> headers, List<Header> more) {
    return Stream.concat(headers.stream(), more.stream()).toList();
  }

  /**
   * Refuses, or where the route only reports lets through with the reason: as it came, so that the
   * upstream may go on checking the token itself, but for client copies of identity headers. Limits
   * hold all the same. A null delay stands for the usual one of the reason.
   */
  AccessDecision deny(
      RequestHead head, Reason reason, @Nullable Verified identity, @Nullable Duration retryAfter) {
    if (reportOnly && !LIMITS.contains(reason)) {
      return permit(head, head, identity, List.of(), null, true, reason);
    }
    return new Denial(
        reason,
        route,
        identity,
        challenges.of(reason, BearerCredentials.underDpop(head.headers())),
        cors.onRefusal(head),
        retryAfter != null ? retryAfter : Denial.defaultRetryAfter(reason));
  }

  /** Refuses a request that came too fast. */
  Denial denyRate(
      RequestHead head, @Nullable Verified identity, Duration retryAfter, List<Header> told) {
    return new Denial(
        Reason.RATE_LIMITED, route, identity, null, joined(cors.onRefusal(head), told), retryAfter);
  }

  /** Refuses a request that nobody can count at present; on routes that only report too. */
  Denial denyUncounted(RequestHead head, @Nullable Verified identity, Duration retryAfter) {
    return new Denial(
        Reason.STATE_UNAVAILABLE, route, identity, null, cors.onRefusal(head), retryAfter);
  }

  /**
   * Refuses a token whose sender did not prove that it is theirs; so the refusal names nobody.
   *
   * @param nonce nonce for the client's next DPoP proofs, or null
   */
  AccessDecision denyUnproven(RequestHead head, Reason reason, @Nullable String nonce) {
    if (reportOnly) {
      return permit(head, head, null, List.of(), nonce, true, reason);
    }
    return new Denial(
        reason,
        route,
        null,
        challenges.of(reason, BearerCredentials.underDpop(head.headers())),
        withNonce(nonce, cors.onRefusal(head)),
        null);
  }
}
