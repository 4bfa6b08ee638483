package dev.bearward.observe;

import dev.bearward.cluster.ClusterListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Meters of what instances share; there are none where nothing is shared. */
final class ClusterMeters implements ClusterListener {
  private record Asked(Counter answered, Counter failed, Counter unasked) {}

  private final Map<Question, Asked> asked = new EnumMap<>(Question.class);
  private final Timer duration;
  private volatile boolean up;

  ClusterMeters(Registry registry) {
    for (Question question : Question.values()) {
      String name = question.name().toLowerCase(Locale.ROOT);
      asked.put(
          question,
          new Asked(
              registry.counter(Metric.CLUSTER_QUESTIONS, name, "answered"),
              registry.counter(Metric.CLUSTER_QUESTIONS, name, "failed"),
              registry.counter(Metric.CLUSTER_QUESTIONS, name, "unasked")));
    }
    this.duration = registry.timer(Metric.CLUSTER_DURATION, Buckets.EXCHANGE);
    registry.gauge(Metric.CLUSTER_UP, () -> up ? 1 : 0);
  }

  private Asked of(Question question) {
    return Objects.requireNonNull(asked.get(question));
  }

  @Override
  public void up(String redis) {
    up = true;
  }

  @Override
  public void down(String redis, String why) {
    up = false;
  }

  @Override
  public void answered(Question question, Duration took) {
    of(question).answered.increment();
    duration.record(took);
  }

  @Override
  public void failed(Question question, String why) {
    of(question).failed.increment();
  }

  @Override
  public void unasked(Question question) {
    of(question).unasked.increment();
  }
}
