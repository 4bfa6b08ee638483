package dev.bearward.server;

import dev.bearward.access.AccessGate;
import dev.bearward.proxy.Balance;
import dev.bearward.proxy.EndpointAddress;
import dev.bearward.proxy.EndpointListener;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.proxy.Protocol;
import dev.bearward.proxy.ProxyEnvironment;
import dev.bearward.proxy.ProxyListener;
import dev.bearward.proxy.SystemNames;
import dev.bearward.proxy.UpstreamSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A server in front of the real forwarder, and that in front of one upstream. */
record Proxied(TestServer server, PooledForwarder forwarder) implements AutoCloseable {
  static Proxied before(int port, AccessGate gate, ServerSettings.Timeouts timeouts) {
    return before(Protocol.HTTP1, port, gate, timeouts);
  }

  /** The same; the upstream speaks HTTP/2, without TLS. */
  static Proxied beforeHttp2(int port, AccessGate gate) {
    return before(Protocol.HTTP2, port, gate, TestServer.TIMEOUTS);
  }

  private static Proxied before(
      Protocol protocol, int port, AccessGate gate, ServerSettings.Timeouts timeouts) {
    Duration tenSeconds = Duration.ofSeconds(10);
    var settings =
        new UpstreamSettings(
            "app",
            List.of(new EndpointAddress.Tcp("127.0.0.1", port)),
            Balance.LEAST_REQUESTS,
            protocol,
            null,
            tenSeconds,
            tenSeconds,
            tenSeconds,
            1000,
            1000,
            tenSeconds,
            null,
            null,
            null);
    var forwarder =
        new PooledForwarder(
            List.of(settings),
            Map.of(),
            new ProxyEnvironment(
                "X-Request-Id",
                new SystemNames(InetAddress::getAllByName, Runnable::run),
                SplittableRandom::new,
                ProxyListener.NONE,
                EndpointListener.NONE));
    return new Proxied(TestServer.start(gate, forwarder, TestServer.LIMITS, timeouts), forwarder);
  }

  static Proxied before(int port) {
    return before(port, Gates.open(), TestServer.TIMEOUTS);
  }

  @Override
  public void close() {
    server.drain();
    forwarder.close();
    server.stop();
  }
}
