package dev.bearward.config;

import dev.bearward.access.IdentityHeader;
import dev.bearward.cors.CorsPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks a route may have of its own or from {@code defaults}; its own replaces the default one
 * whole.
 */
record RouteBlocks(
    @Nullable CorsPolicy cors,
    @Nullable Duration responseTimeout,
    @Nullable Long maxBody,
    @Nullable Integer concurrency,
    List<IdentityHeader> identity) {
  static final RouteBlocks NONE = new RouteBlocks(null, null, null, null, List.of());

  /** The blocks of a mapping, and for those it does not have the given ones. */
  static RouteBlocks of(Section section, RouteBlocks otherwise, IdentityReader identity) {
    Section limits = section.has("limits") ? section.inner("limits", Keys.ROUTE_LIMITS) : null;
    return new RouteBlocks(
        section.has("cors") ? section.orNull("cors", CorsReader::read) : otherwise.cors(),
        section.has("timeouts")
            ? responseTimeout(section.inner("timeouts", Keys.ROUTE_TIMEOUTS))
            : otherwise.responseTimeout(),
        limits == null ? otherwise.maxBody() : maxBody(limits),
        limits == null ? otherwise.concurrency() : concurrency(limits),
        section.or("identity", otherwise.identity(), identity::read));
  }

  private static @Nullable Duration responseTimeout(Section timeouts) {
    return timeouts.orNull("response", v -> v.duration(Duration.ofMillis(10), Duration.ofHours(1)));
  }

  private static @Nullable Integer concurrency(Section limits) {
    return limits.orNull("concurrency", v -> v.noneOr(some -> some.whole(1, 1_000_000)));
  }

  private static @Nullable Long maxBody(Section limits) {
    return limits.orNull("body", v -> v.noneOr(some -> some.size(0, 1_024 * Units.GIB)));
  }
}
