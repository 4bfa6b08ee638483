package dev.bearward.access;

import dev.bearward.binding.Possession;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.cors.Preflight;
import dev.bearward.http.Check.Owner;
import dev.bearward.http.Check.Setting;
import dev.bearward.http.Checks;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.policy.Requirement;
import dev.bearward.route.Route;
import dev.bearward.route.RouteTable;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BearerCredentials.Credentials;
import dev.bearward.token.TokenChecks;
import dev.bearward.token.TokenSources;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.TokenVerifier.Rejected;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import dev.bearward.token.Verified;
import java.util.List;

/**
 * Goes through the checks of a decision once more, one at a time, for people: the same objects in
 * the same order as {@link RouteAccess}, up to the first that is not met. The decision is made
 * elsewhere and counts; this only tells what it looked at.
 */
public final class DecisionChecks {
  /** The reasons that a token is refused with, in the order of the checks. */
  public static final List<Reason> ORDER =
      List.of(
          Reason.NO_TOKEN,
          Reason.TOKEN_MALFORMED,
          Reason.UNKNOWN_ISSUER,
          Reason.ALGORITHM_NOT_ALLOWED,
          Reason.KEYS_UNAVAILABLE,
          Reason.UNKNOWN_KEY,
          Reason.BAD_SIGNATURE,
          Reason.WRONG_TYPE,
          Reason.MISSING_CLAIM,
          Reason.WRONG_AUDIENCE,
          Reason.EXPIRED,
          Reason.NOT_YET_VALID,
          Reason.BINDING_NOT_SUPPORTED,
          Reason.REVOKED,
          Reason.INSUFFICIENT_SCOPE,
          Reason.CLAIM_MISMATCH,
          Reason.STEP_UP_REQUIRED);

  private final List<RoutePlan> plans;
  private final RouteTable table;
  private final BearerCredentials credentials;
  private final TokenVerifier verifier;
  private final TokenChecks tokens;
  private final ProofOfPossession possession;
  private final PolicyChecks policy;

  /**
   * Takes what the decision is made of.
   *
   * @param plans all routes
   * @param verifier verifies any token, revocation included
   * @param tokens the checks of JWTs
   * @param possession the checks of bound tokens, with a memory of proofs of its own: each proof is
   *     looked at here once more
   * @param policy the demands of routes
   */
  public DecisionChecks(
      List<RoutePlan> plans,
      BearerCredentials credentials,
      TokenVerifier verifier,
      TokenChecks tokens,
      ProofOfPossession possession,
      PolicyChecks policy) {
    this.plans = List.copyOf(plans);
    this.table = RouteTable.of(plans.stream().map(RoutePlan::route).toList());
    this.credentials = credentials;
    this.verifier = verifier;
    this.tokens = tokens;
    this.possession = possession;
    this.policy = policy;
  }

  /** Adds the checks of a request on which that was decided. */
  public void add(Checks checks, RequestHead head, AccessDecision decision) {
    if (decision instanceof AccessDecision.Answer answer) {
      Route route = answer.route();
      checks.note(
          route == null ? "metadata" : "preflight",
          "answered by the gateway; no token is looked at",
          route == null ? null : setting(route, "cors"));
      return;
    }
    RouteTable.Match match = table.match(head.authority().host(), head.path(), head.method());
    switch (match) {
      case RouteTable.Matched(Route route, int index) -> {
        routed(checks, head, route);
        onRoute(checks, head, plans.get(index), decision);
      }
      case RouteTable.MethodNotAllowed other -> {
        Route first = other.others().getFirst().route();
        checks.pass(Reason.NO_ROUTE, place(head), setting(first, "path"));
        checks.fail(
            Reason.METHOD_NOT_ALLOWED,
            head.method() + " is none of " + other.allow(),
            setting(first, "methods"));
      }
      case RouteTable.NoRoute _ -> checks.fail(Reason.NO_ROUTE, place(head), null);
      case RouteTable.Ambiguous _ ->
          checks.fail(
              Reason.AMBIGUOUS_PATH,
              place(head) + ": its route does not allow that form, or others read another route's",
              null);
    }
  }

  private static String place(RequestHead head) {
    return "host " + head.authority().host() + ", path " + head.path().value();
  }

  static Setting setting(Route route, String key) {
    return new Setting(Owner.ROUTE, route.name(), key);
  }

  private static void routed(Checks checks, RequestHead head, Route route) {
    checks.pass(
        Reason.NO_ROUTE,
        place(head) + ": route " + route.name() + " (" + route.path().text() + ")",
        setting(route, ""));
    checks.pass(
        Reason.METHOD_NOT_ALLOWED,
        head.method() + (route.methods().isEmpty() ? ", any is taken" : " is taken"),
        setting(route, "methods"));
  }

  private void onRoute(Checks checks, RequestHead head, RoutePlan plan, AccessDecision decision) {
    LimitChecks.beforeToken(checks, plan);
    var origins = new OriginGuard(plan.origins());
    String sent = String.join(", ", head.headers().all("origin"));
    if (!origins.allowsHandshake(head.headers())) {
      checks.fail(
          Reason.ORIGIN_NOT_ALLOWED,
          "Origin " + sent + " of a WebSocket",
          setting(plan.route(), "origins"));
      return;
    }
    if (plan.route().requirement() instanceof Requirement.Open) {
      checks.note("public", "no token is looked at", setting(plan.route(), "public"));
      LimitChecks.last(checks, plan, null);
      return;
    }
    if (isPreflight(head, decision)) {
      checks.note("preflight", "goes upstream without credentials", setting(plan.route(), "cors"));
      LimitChecks.last(checks, plan, null);
      return;
    }
    TokenSources.Found found = plan.tokenFrom().read(head, credentials);
    if (found.inCookie() && !origins.allowsCookie(head.headers())) {
      checks.fail(
          Reason.ORIGIN_NOT_ALLOWED,
          "the token came in a cookie, Origin " + (sent.isEmpty() ? "is missing" : sent),
          setting(plan.route(), "origins"));
      return;
    }
    onCredentials(checks, head, plan, found.credentials());
  }

  /** Whether a preflight was let through as one. */
  private static boolean isPreflight(RequestHead head, AccessDecision decision) {
    return Preflight.requestedMethod(head) != null
        && decision instanceof Permit permit
        && permit.identity() == null
        && permit.reported() == null;
  }

  private void onCredentials(Checks checks, RequestHead head, RoutePlan plan, Credentials found) {
    Setting from = setting(plan.route(), "tokenFrom");
    switch (found) {
      case BearerCredentials.Absent _ ->
          checks.fail(Reason.NO_TOKEN, "no Bearer token where the route looks for one", from);
      case BearerCredentials.Refused(Reason reason) -> {
        checks.pass(Reason.NO_TOKEN, "there are credentials", from);
        checks.fail(reason, reason.detail(), from);
      }
      case BearerCredentials.Token token -> {
        int length = token.value().length();
        checks.pass(
            Reason.NO_TOKEN,
            (token.underDpop() ? "a DPoP token of " : "a Bearer token of ")
                + length
                + " characters",
            from);
        onToken(checks, head, plan, token);
      }
    }
  }

  private void onToken(
      Checks checks, RequestHead head, RoutePlan plan, BearerCredentials.Token token) {
    checks.notJudged(
        Reason.RATE_LIMITED, "how many bad tokens the address sent (failedVerifications)", null);
    Requirement.Token demand = (Requirement.Token) plan.route().requirement();
    Verification found = verifier.onRoute(demand.issuers()).verify(token);
    switch (found) {
      case Unavailable(Reason reason, var _) when reason == Reason.INTROSPECTION_UNAVAILABLE ->
          checks.fail(
              reason, "an opaque token; its issuer is not asked here", setting(plan.route(), ""));
      case Rejected(Reason reason) when reason == Reason.REVOKED -> {
        tokens.add(checks, token.value(), found);
        checks.fail(reason, "by a revocation that was saved", null);
      }
      case Rejected _, Unavailable _, TokenVerifier.Later _ ->
          tokens.add(checks, token.value(), found);
      case Verified identity -> {
        tokens.add(checks, token.value(), found);
        onIdentity(checks, head, plan, token, identity);
      }
    }
  }

  private void onIdentity(
      Checks checks,
      RequestHead head,
      RoutePlan plan,
      BearerCredentials.Token token,
      Verified identity) {
    checks.pass(Reason.REVOKED, "not among the revocations that were saved", null);
    if (ProofOfPossession.concerns(token, identity)) {
      Possession proof = possession.check(head, token, identity);
      if (!proven(checks, proof)) {
        return;
      }
    }
    if (policy.add(checks, plan.route(), identity) && writable(checks, plan, identity)) {
      LimitChecks.last(checks, plan, identity);
    }
  }

  private static boolean writable(Checks checks, RoutePlan plan, Verified identity) {
    if (plan.identity().isEmpty()) {
      return true;
    }
    List<String> names = plan.identity().stream().map(IdentityHeader::name).toList();
    return checks.add(
        Reason.CLAIM_MISMATCH,
        new IdentityHeaders(plan.identity()).of(identity) != null,
        "the claims can be written into " + names,
        setting(plan.route(), "identity"));
  }

  private static boolean proven(Checks checks, Possession proof) {
    return switch (proof) {
      case Possession.Unproven(Reason reason, String what, var _) ->
          checks.fail(
              reason,
              reason == Reason.NONCE_REQUIRED
                  ? "no nonce that is known here; those of a running gateway are not"
                  : "not good: " + what,
              null);
      case Possession.Unavailable _ ->
          checks.fail(Reason.STATE_UNAVAILABLE, Reason.STATE_UNAVAILABLE.detail(), null);
      case Possession.Proven _ ->
          checks.add(Reason.PROOF_INVALID, true, "the client holds the token's key", null);
      case Possession.Later _ -> true;
    };
  }
}
