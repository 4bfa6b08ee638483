package dev.bearward.access;

import dev.bearward.cors.AllowedOrigins;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.route.Route;
import dev.bearward.token.TokenSources;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route with all that the decision needs beside the match.
 *
 * @param route the route
 * @param identity request headers made from claims
 * @param cors what it says about other origins, or null for nothing
 * @param tokenFrom where the token is taken from
 * @param origins where requests with a token in a cookie, and WebSocket handshakes, may come from
 * @param reportOnly whether requests that the token or the policy refuses are let through, counted
 *     and logged
 * @param changes what is changed of what passes
 * @param limits how much may pass
 */
public record RoutePlan(
    Route route,
    List<IdentityHeader> identity,
    @Nullable CorsPolicy cors,
    TokenSources tokenFrom,
    AllowedOrigins origins,
    boolean reportOnly,
    RouteChanges changes,
    RouteLimits limits) {
  public RoutePlan {
    identity = List.copyOf(identity);
  }

  /** A route that changes and limits nothing of what passes. */
  public RoutePlan(
      Route route,
      List<IdentityHeader> identity,
      @Nullable CorsPolicy cors,
      TokenSources tokenFrom,
      AllowedOrigins origins,
      boolean reportOnly) {
    this(
        route, identity, cors, tokenFrom, origins, reportOnly, RouteChanges.NONE, RouteLimits.NONE);
  }

  /** A route that takes its token from the Authorization field and enforces what it demands. */
  public RoutePlan(Route route, List<IdentityHeader> identity, @Nullable CorsPolicy cors) {
    this(route, identity, cors, TokenSources.HEADER, AllowedOrigins.NONE, false);
  }
}
