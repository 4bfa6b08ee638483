package dev.bearward.access;

import dev.bearward.binding.Possession;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.binding.Schemes;
import dev.bearward.cors.CorsHeaders;
import dev.bearward.cors.CorsHeaders.Answerer;
import dev.bearward.cors.Preflight;
import dev.bearward.http.Header;
import dev.bearward.http.PathForm;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.RateLimiter;
import dev.bearward.policy.Requirement;
import dev.bearward.route.RouteTable;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.TokenSources;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides by route table, CORS, token and policy, in that order; whatever no route says is refused.
 * A decision on a token that is known already makes no stage and takes no lock.
 */
public final class RouteAccess implements AccessGate {
  private final RouteTable table;
  private final GuardedRoute[] guarded;
  private final IdentityNames identityNames;
  private final PathForm pathForm;
  private final @Nullable ResourceMetadata metadata;
  private final BearerCredentials credentials;
  private final ProofOfPossession possession;
  private final BudgetedPossession proofs;
  private final Waiting waiting;
  private final RateCheck rateCheck;

  /**
   * Makes the gate of one configuration.
   *
   * @param plans all routes; {@link dev.bearward.route.RouteProblems} has nothing against them
   * @param failures how many bad tokens and proofs each client address may send
   * @param possession checks that a bound token is the sender's
   * @param realm realm of challenges, printable ASCII
   * @param metadata what is told of the resource, or null for nothing
   * @param waiting places of requests that wait for a decision; beyond them they are refused
   * @param counts what the limits of routes count
   * @param clock the time that demands on an authentication's age are judged by
   * @throws IllegalArgumentException when two routes answer the same requests, or one has a rate
   *     that nobody counts
   */
  public RouteAccess(
      List<RoutePlan> plans,
      BearerCredentials credentials,
      TokenVerifier verifier,
      FailureBudgets failures,
      ProofOfPossession possession,
      String realm,
      @Nullable ResourceMetadata metadata,
      Waiting waiting,
      RouteCounts counts,
      InstantSource clock) {
    this.possession = possession;
    this.proofs = new BudgetedPossession(possession, failures);
    this.table = RouteTable.of(plans.stream().map(RoutePlan::route).toList());
    this.pathForm =
        plans.stream().map(p -> p.route().pathForm()).reduce(PathForm.STRICT, PathForm::or);
    this.identityNames =
        new IdentityNames(
            plans.stream().flatMap(p -> p.identity().stream()).map(IdentityHeader::name).toList());
    var budgeted = new BudgetedVerifier(verifier, failures.tokens());
    this.guarded =
        plans.stream()
            .map(plan ->
                new GuardedRoute(
                    plan,
                    realm,
                    metadata,
                    schemes(plan),
                    identityNames,
                    budgeted,
                    rate(plan, counts.rates()),
                    inFlight(plan, counts.inFlight()),
                    clock))
            .toArray(GuardedRoute[]::new);
    this.metadata = metadata;
    this.credentials = credentials;
    this.waiting = waiting;
    this.rateCheck = new RateCheck(waiting.ofRates());
  }

  /** A gate over routes that have no rate. */
  public RouteAccess(
      List<RoutePlan> plans,
      BearerCredentials credentials,
      TokenVerifier verifier,
      FailureBudgets failures,
      ProofOfPossession possession,
      String realm,
      @Nullable ResourceMetadata metadata,
      Waiting waiting,
      InstantSource clock) {
    this(
        plans,
        credentials,
        verifier,
        failures,
        possession,
        realm,
        metadata,
        waiting,
        RouteCounts.of(null),
        clock);
  }

  private static @Nullable RouteRate rate(RoutePlan plan, @Nullable RateLimiter rates) {
    RatePolicy policy = plan.limits().rate();
    if (policy == null) {
      return null;
    }
    if (rates == null) {
      throw new IllegalArgumentException(
          "rates: none (expected: one, since route " + plan.route().name() + " has a rate)");
    }
    return new RouteRate(plan.route().name(), policy, rates);
  }

  private static @Nullable InFlight inFlight(RoutePlan plan, RoutesInFlight counts) {
    Integer most = plan.limits().concurrency();
    return most == null ? null : counts.of(plan.route().name(), most);
  }

  private Schemes schemes(RoutePlan plan) {
    return switch (plan.route().requirement()) {
      case Requirement.Open _ -> Schemes.BEARER;
      case Requirement.Token token -> possession.schemes(token.issuers());
    };
  }

  /** Names of all headers made from claims on any route. */
  public IdentityNames identityNames() {
    return identityNames;
  }

  /** Requests that wait for a decision. */
  public int pending() {
    return waiting.count();
  }

  @Override
  public PathForm pathForm() {
    return pathForm;
  }

  @Override
  public AccessDecision decide(RequestHead head) {
    AccessDecision told = metadata == null ? null : metadata.answer(head);
    if (told != null) {
      return told;
    }
    String requestedMethod = Preflight.requestedMethod(head);
    if (requestedMethod != null) {
      AccessDecision decision = preflight(head, requestedMethod);
      if (decision != null) {
        return decision;
      }
    }
    return switch (match(head, head.method())) {
      case RouteTable.Matched(var _, int index) -> onRoute(head, guarded[index]);
      case RouteTable.MethodNotAllowed other -> methodNotAllowed(head, other);
      case RouteTable.NoRoute _ -> Denial.unrouted(Reason.NO_ROUTE);
      case RouteTable.Ambiguous _ -> Denial.unrouted(Reason.AMBIGUOUS_PATH);
    };
  }

  private RouteTable.Match match(RequestHead head, String method) {
    return table.match(head.authority().host(), head.path(), method);
  }

  private AccessDecision onRoute(RequestHead head, GuardedRoute route) {
    RouteRate rate = route.rate();
    return rate == null
        ? authorised(head, route)
        : rateCheck.decide(head, route, rate, () -> authorised(head, route));
  }

  private AccessDecision authorised(RequestHead head, GuardedRoute route) {
    if (!route.origins().allowsHandshake(head.headers())) {
      return route.deny(head, Reason.ORIGIN_NOT_ALLOWED, null, null);
    }
    if (route.open()) {
      return route.permitUnseen(head);
    }
    if (route.tokenFrom().headerOnly()) {
      return onCredentials(head, route, credentials.read(head.headers()));
    }
    TokenSources.Found found = route.tokenFrom().read(head, credentials);
    return found.inCookie() && !route.origins().allowsCookie(head.headers())
        ? route.deny(head, Reason.ORIGIN_NOT_ALLOWED, null, null)
        : onCredentials(head, route, found.credentials());
  }

  private AccessDecision onCredentials(
      RequestHead head, GuardedRoute route, BearerCredentials.Credentials read) {
    return switch (read) {
      case BearerCredentials.Absent _ -> route.deny(head, Reason.NO_TOKEN, null, null);
      case BearerCredentials.Refused(Reason reason) -> route.deny(head, reason, null, null);
      case BearerCredentials.Token token -> onToken(head, route, token);
    };
  }

  private AccessDecision onToken(
      RequestHead head, GuardedRoute route, BearerCredentials.Token token) {
    return switch (route.verifier().verify(head.peer().address(), token)) {
      case TokenVerifier.Later(var issuer, var stage, var abandon) ->
          later(
              head,
              route,
              issuer,
              abandon,
              () -> stage.thenCompose(found -> stage(settled(head, route, token, found))));
      case TokenVerifier.Verification now -> settled(head, route, token, now);
    };
  }

  private AccessDecision settled(
      RequestHead head,
      GuardedRoute route,
      BearerCredentials.Token token,
      TokenVerifier.Verification verification) {
    return switch (verification) {
      case Verified identity ->
          ProofOfPossession.concerns(token, identity)
              ? bound(head, route, token, identity)
              : route.judge(head, identity, null);
      case TokenVerifier.Rejected(Reason reason) -> route.deny(head, reason, null, null);
      case TokenVerifier.Unavailable(Reason reason, var retryAfter) ->
          route.deny(head, reason, null, retryAfter);
      case TokenVerifier.Later _ ->
          throw new IllegalStateException("verification: later (expected: settled)");
    };
  }

  private AccessDecision bound(
      RequestHead head, GuardedRoute route, BearerCredentials.Token token, Verified identity) {
    Duration delay = proofs.delay(head, token);
    return delay == null
        ? proven(head, route, identity, proofs.check(head, token, identity))
        : route.deny(head, Reason.RATE_LIMITED, null, delay);
  }

  private AccessDecision proven(
      RequestHead head, GuardedRoute route, Verified identity, Possession found) {
    return switch (found) {
      case Possession.Proven(var nonce) -> route.judge(head, identity, nonce);
      case Possession.Unproven(var reason, var _, var nonce) ->
          route.denyUnproven(head, reason, nonce);
      case Possession.Unavailable(var retryAfter) ->
          route.deny(head, Reason.STATE_UNAVAILABLE, null, retryAfter);
      case Possession.Later(var stage) ->
          later(
              head,
              route,
              identity.issuer(),
              () -> {},
              () -> stage.thenCompose(settled -> stage(proven(head, route, identity, settled))));
    };
  }

  private static CompletionStage<AccessDecision> stage(AccessDecision decision) {
    return decision instanceof AccessDecision.Pending pending
        ? pending.decision()
        : CompletableFuture.completedStage(decision);
  }

  private AccessDecision later(
      RequestHead head,
      GuardedRoute route,
      String issuer,
      Runnable abandon,
      Supplier<CompletionStage<AccessDecision>> rest) {
    WaitingShare share = waiting.of(issuer);
    if (!share.enter()) {
      abandon.run();
      return route.deny(head, Reason.OVERLOADED, null, null);
    }
    CompletableFuture<AccessDecision> decision = rest.get().toCompletableFuture();
    var _ =
        decision.whenComplete((_, _) -> {
          share.leave();
          if (decision.isCancelled()) {
            abandon.run();
          }
        });
    return new AccessDecision.Pending(route.route(), decision, route.cors().onRefusal(head), share);
  }

  /**
   * Answers a preflight, or null when no route for it says anything about other origins: then it is
   * a request like any other.
   */
  private @Nullable AccessDecision preflight(RequestHead head, String method) {
    return switch (match(head, method)) {
      case RouteTable.Matched(var _, int index) ->
          switch (guarded[index].cors().answerer()) {
            case NOBODY -> null;
            case GATEWAY -> answer(head, guarded[index]);
            case UPSTREAM -> unseen(Preflight.withoutCredentials(head), guarded[index]);
          };
      case RouteTable.MethodNotAllowed other -> {
        GuardedRoute route = speaker(head, other, cors -> cors.answerer() == Answerer.GATEWAY);
        yield route == null ? null : answer(head, route);
      }
      case RouteTable.NoRoute _, RouteTable.Ambiguous _ -> null;
    };
  }

  private AccessDecision unseen(RequestHead head, GuardedRoute route) {
    RouteRate rate = route.rate();
    return rate == null
        ? route.permitUnseen(head)
        : rateCheck.decide(head, route, rate, () -> route.permitUnseen(head));
  }

  /**
   * Says what is allowed, whatever was asked: the browser compares, and its console then names what
   * is amiss. An origin that is not allowed is told nothing.
   */
  private static AccessDecision.Answer answer(RequestHead head, GuardedRoute route) {
    return new AccessDecision.Answer(route.route(), 204, route.cors().onPreflight(head));
  }

  private Denial methodNotAllowed(RequestHead head, RouteTable.MethodNotAllowed other) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("Allow", String.join(", ", other.allow())));
    GuardedRoute route = speaker(head, other, cors -> !cors.onRefusal(head).isEmpty());
    if (route != null) {
      headers.addAll(route.cors().onRefusal(head));
    }
    return new Denial(Reason.METHOD_NOT_ALLOWED, null, null, null, List.copyOf(headers), null);
  }

  /** Whose CORS headers speak for a path: of those wanted the first that allows the origin. */
  private @Nullable GuardedRoute speaker(
      RequestHead head, RouteTable.MethodNotAllowed other, Predicate<CorsHeaders> wanted) {
    GuardedRoute speaker = null;
    for (RouteTable.Matched match : other.others()) {
      GuardedRoute route = guarded[match.index()];
      if (wanted.test(route.cors())) {
        if (route.cors().allows(head)) {
          return route;
        }
        speaker = speaker == null ? route : speaker;
      }
    }
    return speaker;
  }
}
