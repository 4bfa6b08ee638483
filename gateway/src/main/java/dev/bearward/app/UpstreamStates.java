package dev.bearward.app;

import dev.bearward.admin.GatewayView.EndpointState;
import dev.bearward.admin.GatewayView.UpstreamState;
import dev.bearward.proxy.EndpointView;
import dev.bearward.proxy.PoolFigures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How upstreams stand, as the admin port shows it. */
final class UpstreamStates {
  private UpstreamStates() {}

  static List<UpstreamState> of(List<EndpointView> views, InstantSource clock) {
    Instant now = clock.instant();
    Map<String, List<EndpointState>> upstreams = new LinkedHashMap<>();
    for (EndpointView view : views) {
      upstreams.computeIfAbsent(view.upstream(), _ -> new ArrayList<>()).add(state(view, now));
    }
    return upstreams.entrySet().stream()
        .map(entry -> new UpstreamState(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static EndpointState state(EndpointView view, Instant now) {
    Duration left = view.ejectedFor();
    PoolFigures figures = view.figures();
    String well = view.unhealthy() ? "unhealthy" : "healthy";
    return new EndpointState(
        view.endpoint(),
        view.name(),
        left != null ? "ejected" : well,
        left == null ? null : now.plus(left).truncatedTo(ChronoUnit.SECONDS),
        figures.active() + figures.idle(),
        figures.active(),
        figures.pending(),
        view.lastError());
  }
}
