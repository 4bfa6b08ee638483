package dev.bearward.proxy;

import dev.bearward.testing.Eventually;
import dev.bearward.tls.ClientTls;
import dev.bearward.tls.ClientTlsSettings;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A forwarder with its event loops, in front of one upstream named {@code app}. */
final class ProxySetup implements AutoCloseable {
  static final UpstreamSettings DEFAULTS =
      new UpstreamSettings(
          "app",
          "127.0.0.1",
          1,
          null,
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          16,
          16,
          Duration.ofSeconds(5));

  final MultiThreadIoEventLoopGroup loops;
  final PooledForwarder forwarder;
  private final ExecutorService lookups = Executors.newVirtualThreadPerTaskExecutor();

  ProxySetup(
      UpstreamSettings settings, int threads, ProxyListener listener, SystemNames.Blocking names) {
    this(settings, threads, listener, names, nativeTransport());
  }

  ProxySetup(
      UpstreamSettings settings,
      int threads,
      ProxyListener listener,
      SystemNames.Blocking names,
      IoHandlerFactory transport) {
    loops = new MultiThreadIoEventLoopGroup(threads, transport);
    forwarder = forwarder(settings, Map.of(), listener, new SystemNames(names, lookups));
  }

  /** An upstream with TLS. */
  ProxySetup(UpstreamSettings settings, ClientTls tls) {
    loops = new MultiThreadIoEventLoopGroup(1, nativeTransport());
    forwarder =
        forwarder(
            settings,
            Map.of(settings.name(), tls),
            ProxyListener.NONE,
            new SystemNames(InetAddress::getAllByName, lookups));
  }

  /** Several endpoints. */
  ProxySetup(UpstreamSettings settings, NameLookup names, EndpointListener listener) {
    loops = new MultiThreadIoEventLoopGroup(1, nativeTransport());
    forwarder =
        new PooledForwarder(
            List.of(settings),
            Map.of(),
            new ProxyEnvironment(
                "X-Request-Id",
                names,
                () -> new SplittableRandom(1),
                ProxyListener.NONE,
                listener));
  }

  private static PooledForwarder forwarder(
      UpstreamSettings settings,
      Map<String, ClientTls> tls,
      ProxyListener listener,
      NameLookup names) {
    return new PooledForwarder(
        List.of(settings),
        tls,
        new ProxyEnvironment(
            "X-Request-Id", names, SplittableRandom::new, listener, EndpointListener.NONE));
  }

  static ProxySetup before(int port) {
    return before(onPort(port));
  }

  static ProxySetup before(UpstreamSettings settings) {
    return new ProxySetup(settings, 1, ProxyListener.NONE, InetAddress::getAllByName);
  }

  static IoHandlerFactory nativeTransport() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  static UpstreamSettings onPort(int port) {
    return new UpstreamSettings(
        "app",
        "127.0.0.1",
        port,
        null,
        DEFAULTS.connectTimeout(),
        DEFAULTS.responseTimeout(),
        DEFAULTS.idleTimeout(),
        DEFAULTS.maxConnections(),
        DEFAULTS.maxPending(),
        DEFAULTS.maxWait());
  }

  static UpstreamSettings withPool(int port, int connections, int pending, Duration wait) {
    return new UpstreamSettings(
        "app",
        "127.0.0.1",
        port,
        null,
        DEFAULTS.connectTimeout(),
        DEFAULTS.responseTimeout(),
        DEFAULTS.idleTimeout(),
        connections,
        pending,
        wait);
  }

  static UpstreamSettings withTimeouts(
      int port, Duration connect, Duration response, Duration idle) {
    return new UpstreamSettings(
        "app", "127.0.0.1", port, null, connect, response, idle, 16, 16, Duration.ofSeconds(5));
  }

  /** The same, but HTTP/2 is spoken with it. */
  static UpstreamSettings http2(UpstreamSettings settings) {
    return speaking(Protocol.HTTP2, null, settings);
  }

  static UpstreamSettings speaking(
      Protocol protocol, @Nullable ClientTlsSettings tls, UpstreamSettings settings) {
    return speaking(protocol, tls, settings, settings.health());
  }

  static UpstreamSettings speaking(
      Protocol protocol,
      @Nullable ClientTlsSettings tls,
      UpstreamSettings settings,
      @Nullable HealthSettings health) {
    return new UpstreamSettings(
        settings.name(),
        settings.endpoints(),
        settings.balance(),
        protocol,
        tls,
        settings.connectTimeout(),
        settings.responseTimeout(),
        settings.idleTimeout(),
        settings.maxConnections(),
        settings.maxPending(),
        settings.maxWait(),
        health,
        settings.outlier(),
        settings.retry());
  }

  EventLoop loop() {
    return (EventLoop) loops.iterator().next();
  }

  /** Begins an exchange on the first loop. */
  Running send(TestRequest request) {
    return send(request, loop());
  }

  Running send(TestRequest request, EventLoop loop) {
    return Running.start(forwarder, request, loop);
  }

  /** A whole exchange without request body. */
  RecordedResponse exchange(TestRequest request) {
    return send(request).response().await();
  }

  PoolFigures figures() {
    return forwarder.figures().get(0);
  }

  void awaitIdle(int connections) {
    Eventually.await(
        connections + " idle connections",
        () -> figures().idle() == connections && figures().active() == 0);
  }

  @Override
  public void close() {
    forwarder.close();
    Eventually.await("no connection", () -> figures().active() + figures().idle() == 0);
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    lookups.close();
  }
}
