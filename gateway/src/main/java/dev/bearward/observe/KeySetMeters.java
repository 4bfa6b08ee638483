package dev.bearward.observe;

import dev.bearward.jwks.KeySetListener;
import dev.bearward.jwks.KeySetView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Meters of the issuers' key sets. */
final class KeySetMeters implements KeySetListener {
  private record Fetches(Counter good, Counter failed) {}

  private final Registry registry;
  private final InstantSource clock;
  private final ConcurrentMap<String, Fetches> fetches = new ConcurrentHashMap<>();
  private final MultiGauge keys;
  private final MultiGauge age;
  private final MultiGauge skipped;
  private final MultiGauge waiting;

  KeySetMeters(Registry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    this.keys = registry.rows(Metric.KEYS);
    this.age = registry.rows(Metric.KEY_SET_AGE);
    this.skipped = registry.rows(Metric.KEYS_SKIPPED);
    this.waiting = registry.rows(Metric.KEY_SET_WAITING);
  }

  @Override
  public void fetched(String issuer, Duration took, int count) {
    of(issuer).good.increment();
  }

  @Override
  public void fetchFailed(String issuer, Duration took, String reason) {
    of(issuer).failed.increment();
  }

  private Fetches of(String issuer) {
    return fetches.computeIfAbsent(
        issuer,
        name ->
            new Fetches(
                registry.counter(Metric.KEY_SET_FETCHES, name, "ok"),
                registry.counter(Metric.KEY_SET_FETCHES, name, "failed")));
  }

  /** Takes over how all key sets stand. */
  void show(List<KeySetView> sets) {
    Instant now = clock.instant();
    var counts = new ArrayList<MultiGauge.Row<?>>();
    var ages = new ArrayList<MultiGauge.Row<?>>();
    var unused = new ArrayList<MultiGauge.Row<?>>();
    var waiters = new ArrayList<MultiGauge.Row<?>>();
    for (KeySetView set : sets) {
      of(set.issuer());
      counts.add(Registry.row(Metric.KEYS, set.keys(), set.issuer()));
      waiters.add(Registry.row(Metric.KEY_SET_WAITING, set.waiting(), set.issuer()));
      Duration since = set.age(now);
      if (since != null) {
        ages.add(Registry.row(Metric.KEY_SET_AGE, since.toMillis() / 1_000.0, set.issuer()));
      }
      set.skipped()
          .forEach((why, count) ->
              unused.add(Registry.row(Metric.KEYS_SKIPPED, count, set.issuer(), why.label())));
    }
    keys.register(counts, true);
    age.register(ages, true);
    skipped.register(unused, true);
    waiting.register(waiters, true);
  }
}
