package dev.bearward.proxy;

import dev.bearward.proxy.RetrySettings.When;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An upstream of several endpoints on this machine, under construction. */
final class Fleet {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  static final String DOWN = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown";

  /** Names that no test of this kind uses. */
  static final NameLookup NO_NAMES =
      (host, loop) -> CompletableFuture.failedFuture(new IOException("looked up " + host));

  private final List<EndpointAddress> endpoints;
  private Balance balance = Balance.LEAST_REQUESTS;
  private Protocol protocol = Protocol.AUTO;
  private @Nullable HealthSettings health;
  private @Nullable OutlierSettings outlier;
  private @Nullable RetrySettings retry;

  private Fleet(List<EndpointAddress> endpoints) {
    this.endpoints = endpoints;
  }

  static Fleet of(int... ports) {
    return new Fleet(
        IntStream.of(ports)
            .<EndpointAddress>mapToObj(port -> new EndpointAddress.Tcp("127.0.0.1", port))
            .toList());
  }

  static Fleet of(EndpointAddress endpoint) {
    return new Fleet(List.of(endpoint));
  }

  Fleet roundRobin() {
    balance = Balance.ROUND_ROBIN;
    return this;
  }

  /** HTTP/2 is spoken, without TLS. */
  Fleet http2() {
    protocol = Protocol.HTTP2;
    return this;
  }

  Fleet health(Duration interval) {
    health = new HealthSettings("/health?a=b", interval, 2, 2);
    return this;
  }

  Fleet outlier(int failures, Duration time) {
    outlier = new OutlierSettings(failures, time);
    return this;
  }

  Fleet retry(When... when) {
    retry = new RetrySettings(1, Set.of(when), 20);
    return this;
  }

  UpstreamSettings settings() {
    UpstreamSettings defaults = ProxySetup.DEFAULTS;
    return new UpstreamSettings(
        "app",
        endpoints,
        balance,
        protocol,
        null,
        defaults.connectTimeout(),
        defaults.responseTimeout(),
        defaults.idleTimeout(),
        64,
        64,
        defaults.maxWait(),
        health,
        outlier,
        retry);
  }

  ProxySetup proxy() {
    return proxy(EndpointListener.NONE);
  }

  ProxySetup proxy(EndpointListener listener) {
    return new ProxySetup(settings(), NO_NAMES, listener);
  }

  /** A port where nobody listens. */
  static int deadPort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts the requests that an upstream got. */
  static int requests(RawUpstream upstream) {
    return upstream.conversations().stream()
        .mapToInt(one -> one.received().split(" HTTP/1\\.1\r\n", -1).length - 1)
        .sum();
  }
}
