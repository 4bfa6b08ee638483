package dev.bearward.observe;

import dev.bearward.server.Outcome;
import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.LongAdder;

/** Meters of WebSockets. */
final class TunnelMeters {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final LongAdder open = new LongAdder();
  private final Counter in;
  private final Counter out;

  TunnelMeters(Registry registry) {
    registry.gauge(Metric.TUNNELS, open::sum);
    in = registry.counter(Metric.TUNNEL_BYTES, "in");
    out = registry.counter(Metric.TUNNEL_BYTES, "out");
  }

  void opened() {
    open.increment();
  }

  /** Takes any outcome; only those of tunnels count. */
  void finished(Outcome outcome) {
    if (outcome.status() == SWITCHING_PROTOCOLS) {
      open.decrement();
      in.increment((double) outcome.bytesIn());
      out.increment((double) outcome.bytesOut());
    }
  }
}
