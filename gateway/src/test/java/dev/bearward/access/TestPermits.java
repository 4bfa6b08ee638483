package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import dev.bearward.token.VerifiedTokens;
import java.util.List;

/** Permits for tests of the rooms that use them. */
public final class TestPermits {
  private TestPermits() {}

  /** A permit without identity and CORS. */
  public static Permit of(RequestHead head, Route route) {
    return of(head, route, List.of(), new IdentityNames(List.of()));
  }

  /** A permit that sets identity headers; {@code names} are those that clients may not set. */
  public static Permit of(
      RequestHead head, Route route, List<Header> identityHeaders, IdentityNames names) {
    return new Permit(
        head,
        RouteTerms.plain(route, names),
        null,
        identityHeaders,
        List.of(),
        List.of(),
        route.forwardToken(),
        null);
  }

  /** A permit for the bearer of a token that is over at that time. */
  public static Permit until(RequestHead head, Route route, long millis) {
    return new Permit(
        head,
        RouteTerms.plain(route, new IdentityNames(List.of())),
        VerifiedTokens.alice().expiresAtMillis(millis).build(),
        List.of(),
        List.of(),
        List.of(),
        route.forwardToken(),
        null);
  }

  /** A permit that owns CORS and sets headers on the response and on a refusal. */
  public static Permit withCors(
      RequestHead head, Route route, List<Header> responseHeaders, List<Header> refusalHeaders) {
    return new Permit(
        head,
        new RouteTerms(
            route, new IdentityNames(List.of()), true, null, HeaderRules.NONE, true, null, null),
        null,
        List.of(),
        responseHeaders,
        refusalHeaders,
        route.forwardToken(),
        null);
  }
}
