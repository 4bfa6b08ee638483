package dev.bearward.access;

import dev.bearward.cors.CorsPolicy;
import dev.bearward.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route with all that the decision needs beside the match.
 *
 * @param route the route
 * @param identity request headers made from claims
 * @param cors what it says about other origins, or null for nothing
 */
public record RoutePlan(Route route, List<IdentityHeader> identity, @Nullable CorsPolicy cors) {
  public RoutePlan {
    identity = List.copyOf(identity);
  }
}
