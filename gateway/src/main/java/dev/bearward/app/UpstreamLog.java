package dev.bearward.app;

import dev.bearward.proxy.EndpointListener;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what becomes of the endpoints of upstreams; changes, which are few, and what may come in
 * floods throttled.
 */
final class UpstreamLog implements EndpointListener {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.upstreams");

  private final Throttle sockets;

  /**
   * @param nanos a clock as {@link System#nanoTime()}
   */
  UpstreamLog(LongSupplier nanos) {
    this.sockets = new Throttle(LOG, nanos);
  }

  @Override
  public void noSocket(String upstream, String why) {
    sockets.say(
        "upstream " + upstream + ": no socket to connect with",
        why + " (expected: a free file descriptor for each client and upstream connection)");
  }

  @Override
  public void turned(String upstream, String endpoint, @Nullable String fault) {
    if (fault == null) {
      LOG.info("upstream {}: {} is healthy", upstream, endpoint);
    } else {
      LOG.warn("upstream {}: {} is unhealthy: {}", upstream, endpoint, fault);
    }
  }

  @Override
  public void ejected(String upstream, String endpoint, Duration time, String fault) {
    LOG.warn(
        "upstream {}: {} is left out for {} s: {}", upstream, endpoint, time.toSeconds(), fault);
  }

  @Override
  public void returned(String upstream, String endpoint) {
    LOG.info("upstream {}: {} is tried again", upstream, endpoint);
  }

  @Override
  public void moved(String upstream, List<String> endpoints) {
    LOG.info("upstream {}: its addresses are {} now", upstream, endpoints);
  }
}
