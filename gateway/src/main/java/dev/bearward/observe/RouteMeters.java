package dev.bearward.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Meters of one route, found by status without building a key. A meter is made when its status is
 * first seen, so that routes do not multiply with statuses they never have.
 */
final class RouteMeters {
  private static final int CLASSES = 6;
  private static final int CODES = 100;

  private final Registry registry;
  private final String route;
  private final AtomicReferenceArray<StatusClass> classes = new AtomicReferenceArray<>(CLASSES);
  private final Counter broken;

  RouteMeters(Registry registry, String route) {
    this.registry = registry;
    this.route = route;
    this.broken = registry.counter(Metric.RESPONSES_BROKEN, route);
  }

  /** Counts and times one request; a status outside 100 to 599 is of the class other. */
  void finished(int status, long nanos, boolean complete) {
    StatusClass meters = statusClass(status);
    meters.counter(status).increment();
    meters.duration.record(nanos, TimeUnit.NANOSECONDS);
    if (!complete) {
      broken.increment();
    }
  }

  /** Counts a request that was refused before there was anything to time. */
  void refused(int status) {
    statusClass(status).counter(status).increment();
  }

  private StatusClass statusClass(int status) {
    int index = status >= 100 && status < CLASSES * CODES ? status / CODES : 0;
    StatusClass known = classes.get(index);
    if (known != null) {
      return known;
    }
    classes.compareAndSet(index, null, new StatusClass(index));
    return classes.get(index);
  }

  /** One class of statuses; the first is for whatever is no status. */
  private final class StatusClass {
    private static final String OTHER = "other";

    private final boolean other;
    private final Timer duration;
    private final AtomicReferenceArray<Counter> counters;

    StatusClass(int index) {
      this.other = index == 0;
      this.duration =
          registry.timer(
              Metric.REQUEST_DURATION, Buckets.EXCHANGE, route, other ? OTHER : index + "xx");
      this.counters = new AtomicReferenceArray<>(other ? 1 : CODES);
    }

    Counter counter(int status) {
      int index = other ? 0 : status % CODES;
      Counter known = counters.get(index);
      if (known != null) {
        return known;
      }
      String label = other ? OTHER : Integer.toString(status);
      Counter made = registry.counter(Metric.REQUESTS, route, label);
      counters.set(index, made);
      return made;
    }
  }
}
