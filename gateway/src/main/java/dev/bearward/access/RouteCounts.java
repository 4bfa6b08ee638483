package dev.bearward.access;

import dev.bearward.limit.RateLimiter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What the limits of routes count, over all configurations.
 *
 * @param rates requests by route, rate and client; null where no route has a rate
 * @param inFlight exchanges in flight
 */
public record RouteCounts(@Nullable RateLimiter rates, RoutesInFlight inFlight) {

  /** Nothing is in flight yet. */
  public static RouteCounts of(@Nullable RateLimiter rates) {
    return new RouteCounts(rates, new RoutesInFlight());
  }

  /** The counts under a configuration with those routes. */
  public RouteCounts next(Collection<RoutePlan> plans) {
    return new RouteCounts(rates, inFlight.next(plans));
  }
}
