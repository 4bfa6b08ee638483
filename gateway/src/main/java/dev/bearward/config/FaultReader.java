package dev.bearward.config;

import dev.bearward.http.CanonicalPath;
import dev.bearward.proxy.HealthSettings;
import dev.bearward.proxy.OutlierSettings;
import dev.bearward.proxy.RetrySettings;
import dev.bearward.proxy.RetrySettings.When;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an upstream's endpoints are held to: {@code health}, {@code outlier}, {@code retry}. */
final class FaultReader {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Map<String, When> WHEN = new LinkedHashMap<>();

  static {
    WHEN.put("connectFailure", When.CONNECT_FAILURE);
    WHEN.put("reset", When.RESET);
    WHEN.put("502", When.STATUS_502);
    WHEN.put("503", When.STATUS_503);
    WHEN.put("504", When.STATUS_504);
  }

  private FaultReader() {}

  /** Checks are made only where they are asked for. */
  static @Nullable HealthSettings health(Section upstream) {
    Section health = upstream.orNull("health", value -> value.section(Keys.HEALTH));
    if (health == null) {
      return null;
    }
    String path = health.need("path", "a path such as /health", FaultReader::path);
    return new HealthSettings(
        path == null ? "/" : path,
        health.or("interval", Duration.ofSeconds(5), v -> v.duration(Duration.ofMillis(100), HOUR)),
        health.or("unhealthyAfter", 3, v -> v.whole(1, 100)),
        health.or("healthyAfter", 2, v -> v.whole(1, 100)));
  }

  private static @Nullable String path(Value value) {
    String expected = "an unambiguous path, perhaps with a query";
    String text = value.text(expected);
    if (text == null) {
      return null;
    }
    int query = text.indexOf('?');
    String path = query < 0 ? text : text.substring(0, query);
    boolean plain = text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#');
    if (!plain || !(CanonicalPath.parse(path) instanceof CanonicalPath.Canonical)) {
      value.refuse(expected);
      return null;
    }
    return text;
  }

  /** Null when it is switched off. */
  static @Nullable OutlierSettings outlier(Section upstream) {
    Section outlier = upstream.inner("outlier", Keys.OUTLIER);
    int failures = outlier.or("consecutiveFailures", 5, v -> v.whole(0, 1_000));
    Duration time =
        outlier.or(
            "ejectFor", Duration.ofSeconds(30), v -> v.duration(Duration.ofMillis(100), HOUR));
    return failures == 0 ? null : new OutlierSettings(failures, time);
  }

  /** Null when it is switched off. */
  static @Nullable RetrySettings retry(Section upstream) {
    Section retry = upstream.inner("retry", Keys.RETRY);
    int additional = retry.or("additional", 1, v -> v.whole(0, 5));
    List<When> when =
        retry.or(
            "when",
            List.of(When.CONNECT_FAILURE, When.RESET),
            v -> v.list(1, WHEN.size(), FaultReader::when));
    int percent = retry.or("budgetPercent", 20, v -> v.whole(0, 100));
    return additional == 0 ? null : new RetrySettings(additional, Set.copyOf(when), percent);
  }

  private static @Nullable When when(Value value) {
    When when = value.node() instanceof Node.Scalar scalar ? WHEN.get(scalar.text()) : null;
    if (when == null) {
      value.refuse(String.join(", ", WHEN.keySet()));
    }
    return when;
  }
}
