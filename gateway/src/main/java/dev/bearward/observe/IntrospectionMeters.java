package dev.bearward.observe;

import dev.bearward.introspect.IntrospectionListener;
import dev.bearward.introspect.IntrospectionView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Meters of introspection. */
final class IntrospectionMeters implements IntrospectionListener {
  private record Calls(
      Counter accepted, Counter refused, Counter failed, Counter crowded, Timer duration) {}

  private final Registry registry;
  private final ConcurrentMap<String, Calls> calls = new ConcurrentHashMap<>();
  private final MultiGauge waiting;

  IntrospectionMeters(Registry registry) {
    this.registry = registry;
    this.waiting = registry.rows(Metric.INTROSPECTION_WAITING);
  }

  @Override
  public void answered(String issuer, Duration took, boolean accepted) {
    Calls of = of(issuer);
    (accepted ? of.accepted : of.refused).increment();
    of.duration.record(took);
  }

  @Override
  public void failed(String issuer, Duration took, String reason) {
    of(issuer).failed.increment();
    of(issuer).duration.record(took);
  }

  @Override
  public void crowded(String issuer) {
    of(issuer).crowded.increment();
  }

  private Calls of(String issuer) {
    return calls.computeIfAbsent(
        issuer,
        name ->
            new Calls(
                registry.counter(Metric.INTROSPECTIONS, name, "accepted"),
                registry.counter(Metric.INTROSPECTIONS, name, "refused"),
                registry.counter(Metric.INTROSPECTIONS, name, "failed"),
                registry.counter(Metric.INTROSPECTION_CROWDED, name),
                registry.timer(Metric.INTROSPECTION_DURATION, Buckets.EXCHANGE, name)));
  }

  /** Takes over how all of them stand. */
  void show(List<IntrospectionView> views) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (IntrospectionView view : views) {
      of(view.issuer());
      rows.add(Registry.row(Metric.INTROSPECTION_WAITING, view.waiting(), view.issuer()));
    }
    waiting.register(rows, true);
  }
}
