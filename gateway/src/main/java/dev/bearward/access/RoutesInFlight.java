package dev.bearward.access;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * How many exchanges of each route that has a limit are in flight, by the route's name. An exchange
 * is counted until it ends, whatever configuration has let it in.
 */
public final class RoutesInFlight {
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  /**
   * The counts under another configuration: of its routes, and of those that something is still in
   * flight on, since they may come back.
   */
  RoutesInFlight next(Collection<RoutePlan> plans) {
    Set<String> names =
        plans.stream().map(plan -> plan.route().name()).collect(Collectors.toUnmodifiableSet());
    var next = new RoutesInFlight();
    counts.forEach((name, count) -> {
      if (names.contains(name) || count.get() > 0) {
        next.counts.put(name, count);
      }
    });
    return next;
  }

  /** The places of a route. */
  InFlight of(String route, int limit) {
    return new InFlight(counts.computeIfAbsent(route, _ -> new AtomicInteger()), limit);
  }
}
