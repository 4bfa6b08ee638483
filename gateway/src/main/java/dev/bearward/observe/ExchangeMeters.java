package dev.bearward.observe;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.route.Route;
import dev.bearward.server.ExchangeListener;
import dev.bearward.server.Lasting;
import dev.bearward.server.Outcome;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Meters of connections, requests and refusals. */
final class ExchangeMeters implements ExchangeListener {
  /** Label of all requests that no route matched; their paths are the client's invention. */
  static final String UNMATCHED = "unmatched";

  private final Registry registry;
  private final ConcurrentMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
  private final RouteMeters unmatched;
  private final Map<Reason, Counter> refusals = new EnumMap<>(Reason.class);
  private final Map<Reason, Counter> reported = new EnumMap<>(Reason.class);
  private final Map<Lasting, Counter> closedAtExpiry = new EnumMap<>(Lasting.class);
  private final LongAdder proxyHeadersRefused = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder inFlight = new LongAdder();

  private final TunnelMeters tunnels;

  ExchangeMeters(Registry registry) {
    this.registry = registry;
    this.tunnels = new TunnelMeters(registry);
    this.unmatched = new RouteMeters(registry, UNMATCHED);
    for (Reason reason : Reason.values()) {
      refusals.put(reason, registry.counter(Metric.REFUSALS, reason.label()));
      reported.put(reason, registry.counter(Metric.REPORTED, reason.label()));
    }
    for (Lasting kind : Lasting.values()) {
      closedAtExpiry.put(kind, registry.counter(Metric.CLOSED_AT_EXPIRY, kind.label()));
    }
    registry.gauge(Metric.REQUESTS_IN_FLIGHT, inFlight::sum);
    registry.gauge(Metric.CONNECTIONS, () -> opened.sum() - closed.sum());
    registry.counter(Metric.CONNECTIONS_OPENED, opened::sum);
    registry.counter(Metric.PROXY_HEADERS_REFUSED, proxyHeadersRefused::sum);
  }

  @Override
  public void connectionOpened() {
    opened.increment();
  }

  @Override
  public void connectionClosed() {
    closed.increment();
  }

  @Override
  public void started(RequestHead head) {
    inFlight.increment();
  }

  @Override
  public void proxyHeaderRefused(Peer proxy) {
    proxyHeadersRefused.increment();
  }

  @Override
  public void tunnelOpened() {
    tunnels.opened();
  }

  @Override
  public void finished(Outcome outcome) {
    inFlight.decrement();
    Route route = Decided.route(outcome.decision());
    RouteMeters meters = route == null ? unmatched : of(route.name());
    meters.finished(outcome.status(), outcome.durationNanos(), outcome.complete());
    tunnels.finished(outcome);
    if (outcome.reason() != null) {
      count(outcome.reason());
    }
    if (outcome.closedAtExpiry() != null) {
      Objects.requireNonNull(closedAtExpiry.get(outcome.closedAtExpiry())).increment();
    }
    Reason why = Decided.reported(outcome.decision());
    if (why != null) {
      Objects.requireNonNull(reported.get(why)).increment();
    }
  }

  @Override
  public void refused(Peer peer, Reason reason, String requestId) {
    count(reason);
    // A connection beyond the limit is closed before it can send a request.
    if (reason != Reason.OVERLOADED) {
      unmatched.refused(reason.status());
    }
  }

  private void count(Reason reason) {
    Objects.requireNonNull(refusals.get(reason)).increment();
  }

  private RouteMeters of(String route) {
    RouteMeters known = routes.get(route);
    return known != null
        ? known
        : routes.computeIfAbsent(route, name -> new RouteMeters(registry, name));
  }
}
