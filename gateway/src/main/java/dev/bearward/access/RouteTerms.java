package dev.bearward.access;

import dev.bearward.http.Authority;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import dev.bearward.token.BearerCredentials;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every exchange that a route lets through; made once.
 *
 * @param ownNames names of fields that do not go upstream as the client sent them
 * @param ownsCors whether the upstream's own Access-Control fields are dropped (rule 170)
 * @param host what the upstream is asked for, or null for what the client asked for
 * @param responseRules changes of the upstream's responses
 * @param closesAtExpiry whether exchanges that last end with their token
 * @param inFlight counts its exchanges, or null where any number will do
 * @param challenges what goes with refusals of a token, or null for nothing
 */
record RouteTerms(
    Route route,
    IdentityNames ownNames,
    boolean ownsCors,
    @Nullable Authority host,
    HeaderRules responseRules,
    boolean closesAtExpiry,
    @Nullable InFlight inFlight,
    @Nullable Challenges challenges) {
  /** Terms that change nothing but what identity headers want. */
  static RouteTerms plain(Route route, IdentityNames ownNames) {
    return new RouteTerms(route, ownNames, false, null, HeaderRules.NONE, true, null, null);
  }

  /** The challenge of a refusal, or null when no token is at fault. */
  @Nullable String challenge(Reason reason, RequestHead head) {
    return challenges == null
        ? null
        : challenges.of(reason, BearerCredentials.underDpop(head.headers()));
  }
}
