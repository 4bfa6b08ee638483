package dev.bearward.observe;

import io.micrometer.core.instrument.Counter;
import java.time.Instant;

/** Meters of the configuration in use and of its changes. */
public final class ConfigMeters {
  /** What is in use. */
  private record InUse(long generation, double since) {}

  private final Counter good;
  private final Counter bad;
  private volatile InUse inUse = new InUse(0, 0);
  private volatile boolean current = true;

  ConfigMeters(Registry registry) {
    this.good = registry.counter(Metric.CONFIG_RELOADS, "ok");
    this.bad = registry.counter(Metric.CONFIG_RELOADS, "failed");
    registry.gauge(Metric.CONFIG_CURRENT, () -> current ? 1 : 0);
    registry.gauge(Metric.CONFIG_GENERATION, () -> inUse.generation);
    registry.gauge(Metric.CONFIG_LAST_SUCCESS, () -> inUse.since);
  }

  /** The first configuration, or from the second generation on a changed one, is in use. */
  public void inUse(long generation, Instant since) {
    inUse = new InUse(generation, since.toEpochMilli() / 1_000.0);
    current = true;
    if (generation > 1) {
      good.increment();
    }
  }

  /** A changed configuration is bad; the one before stays in use. */
  public void bad() {
    current = false;
    bad.increment();
  }
}
