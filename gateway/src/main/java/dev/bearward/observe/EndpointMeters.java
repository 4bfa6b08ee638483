package dev.bearward.observe;

import dev.bearward.proxy.EndpointListener;
import dev.bearward.proxy.EndpointView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Meters of the endpoints of upstreams. Rows of endpoints that are gone are gone too. */
final class EndpointMeters implements EndpointListener {
  /** Most endpoints of one upstream that have rows. */
  static final int MOST = 100;

  private record OfUpstream(Counter retries, Counter refused, Counter ejections) {}

  private final Registry registry;
  private final ConcurrentMap<String, OfUpstream> upstreams = new ConcurrentHashMap<>();
  private final MultiGauge healthy;
  private final MultiGauge requests;

  EndpointMeters(Registry registry) {
    this.registry = registry;
    this.healthy = registry.rows(Metric.ENDPOINT_GOOD);
    this.requests = registry.rows(Metric.ENDPOINT_REQUESTS);
  }

  @Override
  public void ejected(String upstream, String endpoint, Duration time, String fault) {
    of(upstream).ejections.increment();
  }

  @Override
  public void retried(String upstream, boolean allowed) {
    OfUpstream meters = of(upstream);
    (allowed ? meters.retries : meters.refused).increment();
  }

  private OfUpstream of(String upstream) {
    return upstreams.computeIfAbsent(
        upstream,
        name ->
            new OfUpstream(
                registry.counter(Metric.UPSTREAM_RETRIES, name, "sent"),
                registry.counter(Metric.UPSTREAM_RETRIES, name, "over_budget"),
                registry.counter(Metric.UPSTREAM_EJECTIONS, name)));
  }

  /** Takes over how all endpoints stand. */
  void show(List<EndpointView> views) {
    var goods = new ArrayList<MultiGauge.Row<?>>();
    var loads = new ArrayList<MultiGauge.Row<?>>();
    Map<String, Set<String>> shown = new HashMap<>();
    for (EndpointView view : views) {
      Set<String> of = shown.computeIfAbsent(view.upstream(), _ -> new HashSet<>());
      if (of.size() < MOST && of.add(view.endpoint())) {
        boolean good = !view.unhealthy() && view.ejectedFor() == null;
        int load = view.figures().active() + view.figures().pending();
        goods.add(
            Registry.row(Metric.ENDPOINT_GOOD, good ? 1 : 0, view.upstream(), view.endpoint()));
        loads.add(Registry.row(Metric.ENDPOINT_REQUESTS, load, view.upstream(), view.endpoint()));
      }
    }
    healthy.register(goods, true);
    requests.register(loads, true);
  }
}
