package dev.bearward.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Makes the meters of {@link Metric} and writes them for a scraper. */
final class Registry {
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String OPEN_METRICS_TYPE =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT).throwExceptionOnRegistrationFailure();

  /** What counters read: Micrometer itself holds it weakly, and would lose it to the collector. */
  private final List<Object> held = new CopyOnWriteArrayList<>();

  PrometheusMeterRegistry meters() {
    return meters;
  }

  Counter counter(Metric metric, String... values) {
    return Counter.builder(metric.meter())
        .description(metric.help())
        .tags(tags(metric, values))
        .register(meters);
  }

  /** A counter that is kept elsewhere. */
  void counter(Metric metric, DoubleSupplier count) {
    held.add(count);
    FunctionCounter.builder(metric.meter(), count, DoubleSupplier::getAsDouble)
        .description(metric.help())
        .register(meters);
  }

  Timer timer(Metric metric, Duration[] buckets, String... values) {
    return Timer.builder(metric.meter())
        .description(metric.help())
        .serviceLevelObjectives(buckets)
        .tags(tags(metric, values))
        .register(meters);
  }

  void gauge(Metric metric, DoubleSupplier value, String... values) {
    Gauge.builder(metric.meter(), value::getAsDouble)
        .description(metric.help())
        .baseUnit(metric.kind().unit())
        .tags(tags(metric, values))
        .strongReference(true)
        .register(meters);
  }

  /** A gauge whose rows are replaced as a whole. */
  MultiGauge rows(Metric metric) {
    return MultiGauge.builder(metric.meter())
        .description(metric.help())
        .baseUnit(metric.kind().unit())
        .register(meters);
  }

  /** A row for {@link #rows}. */
  static MultiGauge.Row<?> row(Metric metric, double value, String... labelValues) {
    return MultiGauge.Row.of(tags(metric, labelValues), value);
  }

  private static Tags tags(Metric metric, String... values) {
    if (values.length != metric.labels().size()) {
      throw new IllegalArgumentException(
          metric + ": " + values.length + " label values (expected: " + metric.labels() + ")");
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(metric.labels().get(i), values[i]);
    }
    return tags;
  }

  /** Everything, in OpenMetrics where the scraper takes it, else in the Prometheus text format. */
  Exposition expose(@Nullable String accept) {
    String type = accept != null && accept.contains(OPEN_METRICS) ? OPEN_METRICS_TYPE : TEXT_TYPE;
    var bytes = new ByteArrayOutputStream(16 * 1024);
    try {
      meters.scrape(bytes, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Exposition(type, bytes.toString(StandardCharsets.UTF_8));
  }
}
