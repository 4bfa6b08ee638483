package dev.bearward.access;

import org.jspecify.annotations.Nullable;

/**
 * How much may pass a route.
 *
 * @param rate requests of each client, or null for any number
 * @param concurrency most exchanges in flight, or null for any number
 */
public record RouteLimits(@Nullable RatePolicy rate, @Nullable Integer concurrency) {
  /** Any amount. */
  public static final RouteLimits NONE = new RouteLimits(null, null);
}
