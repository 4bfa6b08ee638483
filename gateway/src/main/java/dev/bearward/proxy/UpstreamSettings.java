package dev.bearward.proxy;

import dev.bearward.tls.ClientTlsSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One upstream.
 *
 * @param name unique
 * @param endpoints where it is reached, at least one
 * @param balance how endpoints share requests
 * @param protocol what is spoken with them
 * @param tls of its connections, or null for none
 * @param connectTimeout longest wait for a connection
 * @param responseTimeout longest wait for a response head
 * @param idleTimeout how long an unused or silent connection is kept
 * @param maxConnections most connections to one endpoint over all event loops
 * @param maxPending most requests that wait for a connection to one endpoint
 * @param maxWait longest time a request waits for a connection
 * @param health checks of the endpoints, or null for none
 * @param outlier when endpoints are left out for their failures, or null for never
 * @param retry when requests are sent once more, or null for never
 */
public record UpstreamSettings(
    String name,
    List<EndpointAddress> endpoints,
    Balance balance,
    Protocol protocol,
    @Nullable ClientTlsSettings tls,
    Duration connectTimeout,
    Duration responseTimeout,
    Duration idleTimeout,
    int maxConnections,
    int maxPending,
    Duration maxWait,
    @Nullable HealthSettings health,
    @Nullable OutlierSettings outlier,
    @Nullable RetrySettings retry) {
  public UpstreamSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints: none (expected: at least one)");
    }
  }

  /** An upstream with one endpoint on a TCP port, and neither checks nor retries. */
  public UpstreamSettings(
      String name,
      String host,
      int port,
      @Nullable ClientTlsSettings tls,
      Duration connectTimeout,
      Duration responseTimeout,
      Duration idleTimeout,
      int maxConnections,
      int maxPending,
      Duration maxWait) {
    this(
        name,
        List.of(new EndpointAddress.Tcp(host, port)),
        Balance.LEAST_REQUESTS,
        Protocol.AUTO,
        tls,
        connectTimeout,
        responseTimeout,
        idleTimeout,
        maxConnections,
        maxPending,
        maxWait,
        null,
        null,
        null);
  }

  /** Whether one connection may carry several exchanges at a time. */
  boolean mayShare() {
    return switch (protocol) {
      case AUTO -> tls != null;
      case HTTP1 -> false;
      case HTTP2 -> true;
    };
  }
}
