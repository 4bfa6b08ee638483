package dev.bearward.access;

import org.jspecify.annotations.Nullable;

/**
 * How much may pass a route, and how long.
 *
 * @param rate requests of each client, or null for any number
 * @param concurrency most exchanges in flight, or null for any number
 * @param closesAtExpiry whether what lasts ends with its token
 */
public record RouteLimits(
    @Nullable RatePolicy rate, @Nullable Integer concurrency, boolean closesAtExpiry) {
  /** Any amount. */
  public static final RouteLimits NONE = new RouteLimits(null, null, true);
}
