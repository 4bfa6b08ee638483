package dev.bearward.observe;

import dev.bearward.proxy.PoolFigures;
import dev.bearward.proxy.ProxyListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/** Meters of upstreams and their connection pools. */
final class UpstreamMeters implements ProxyListener {
  private record OfUpstream(Timer response, Counter opened, Counter reused, Counter waits) {}

  private final Registry registry;
  private final ConcurrentMap<String, OfUpstream> upstreams = new ConcurrentHashMap<>();
  private final MultiGauge connections;
  private final MultiGauge pending;

  UpstreamMeters(Registry registry) {
    this.registry = registry;
    this.connections = registry.rows(Metric.UPSTREAM_CONNECTIONS);
    this.pending = registry.rows(Metric.UPSTREAM_PENDING);
  }

  @Override
  public void connectionOpened(String upstream) {
    of(upstream).opened.increment();
  }

  @Override
  public void connectionReused(String upstream) {
    of(upstream).reused.increment();
  }

  @Override
  public void responseHead(String upstream, long nanos) {
    of(upstream).response.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void connectionAwaited(String upstream, int waiting) {
    of(upstream).waits.increment();
  }

  private OfUpstream of(String upstream) {
    OfUpstream known = upstreams.get(upstream);
    return known != null ? known : upstreams.computeIfAbsent(upstream, this::make);
  }

  private OfUpstream make(String upstream) {
    return new OfUpstream(
        registry.timer(Metric.UPSTREAM_RESPONSE, Buckets.EXCHANGE, upstream),
        registry.counter(Metric.UPSTREAM_CONNECTIONS_OPENED, upstream),
        registry.counter(Metric.UPSTREAM_CONNECTIONS_REUSED, upstream),
        registry.counter(Metric.UPSTREAM_WAITS, upstream));
  }

  /** Takes over the figures of all pools. */
  void show(List<PoolFigures> pools) {
    var used = new ArrayList<MultiGauge.Row<?>>();
    var waiting = new ArrayList<MultiGauge.Row<?>>();
    for (PoolFigures pool : pools) {
      used.add(Registry.row(Metric.UPSTREAM_CONNECTIONS, pool.active(), pool.upstream(), "active"));
      used.add(Registry.row(Metric.UPSTREAM_CONNECTIONS, pool.idle(), pool.upstream(), "idle"));
      waiting.add(Registry.row(Metric.UPSTREAM_PENDING, pool.pending(), pool.upstream()));
    }
    connections.register(used, true);
    pending.register(waiting, true);
  }
}
