package dev.bearward.server;

import dev.bearward.access.AccessGate;
import dev.bearward.http.AddressBlock;
import dev.bearward.proxy.Forwarder;
import dev.bearward.testing.Conversation;
import dev.bearward.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server on a free port, with its event loops. */
final class TestServer implements AutoCloseable {
  static final ServerSettings.FailedVerifications FAILURES =
      new ServerSettings.FailedVerifications(50, Duration.ofSeconds(1));
  static final ServerSettings.Limits LIMITS =
      new ServerSettings.Limits(8 * 1024, 32 * 1024, 100, 1000, 100, 16 * 1024, FAILURES);
  static final ServerSettings.Timeouts TIMEOUTS =
      new ServerSettings.Timeouts(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10));

  private final EventLoops loops;
  private final Server server;
  private final RecordingListener listener = new RecordingListener();

  private TestServer(
      ServerSettings settings,
      AccessGate gate,
      Forwarder forwarder,
      EventLoops loops,
      @Nullable ServerTls tls)
      throws ListenException {
    this(settings, MemoryLimits.ofThisProcess(), gate, forwarder, loops, tls);
  }

  private TestServer(
      ServerSettings settings,
      MemoryLimits memory,
      AccessGate gate,
      Forwarder forwarder,
      EventLoops loops,
      @Nullable ServerTls tls)
      throws ListenException {
    this.loops = loops;
    this.server =
        Server.start(
            settings,
            memory,
            loops,
            gate,
            forwarder,
            name -> name.toString().equalsIgnoreCase("X-User"),
            listener,
            InstantSource.system(),
            tls);
  }

  static TestServer start(AccessGate gate, Forwarder forwarder) {
    return start(gate, forwarder, LIMITS, TIMEOUTS);
  }

  static TestServer start(
      AccessGate gate,
      Forwarder forwarder,
      ServerSettings.Limits limits,
      ServerSettings.Timeouts timeouts) {
    return start(gate, _ -> forwarder, limits, timeouts, EventLoops.start(1));
  }

  static TestServer start(
      AccessGate gate,
      Function<EventLoops, Forwarder> forwarder,
      ServerSettings.Limits limits,
      ServerSettings.Timeouts timeouts,
      EventLoops loops) {
    try {
      return new TestServer(settings(limits, timeouts), gate, forwarder.apply(loops), loops, null);
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server with TLS. */
  static TestServer tls(
      ServerTls tls, AccessGate gate, Forwarder forwarder, ServerSettings.Timeouts timeouts) {
    try {
      var settings = settings(LIMITS, timeouts);
      return new TestServer(settings, gate, forwarder, EventLoops.start(1), tls);
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server in that much memory. */
  static TestServer in(MemoryLimits memory, AccessGate gate, Forwarder forwarder) {
    try {
      var settings = settings(LIMITS, TIMEOUTS);
      return new TestServer(settings, memory, gate, forwarder, EventLoops.start(1), null);
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server that believes those proxies. */
  static TestServer trusting(AccessGate gate, Forwarder forwarder, String... proxies) {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return on(any, gate, forwarder, proxies);
  }

  static TestServer on(
      InetSocketAddress address, AccessGate gate, Forwarder forwarder, String... proxies) {
    return with(settings(address, LIMITS, TIMEOUTS, proxies), gate, forwarder);
  }

  /** A server with those settings. */
  static TestServer with(ServerSettings settings, AccessGate gate, Forwarder forwarder) {
    return start(settings, gate, forwarder, null);
  }

  private static TestServer start(
      ServerSettings settings, AccessGate gate, Forwarder forwarder, @Nullable ServerTls tls) {
    try {
      return new TestServer(settings, gate, forwarder, EventLoops.start(1), tls);
    } catch (ListenException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ServerSettings settings(ServerSettings.Limits limits, ServerSettings.Timeouts timeouts) {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return settings(any, limits, timeouts);
  }

  private static ServerSettings settings(
      InetSocketAddress address,
      ServerSettings.Limits limits,
      ServerSettings.Timeouts timeouts,
      String... proxies) {
    var trusted = Arrays.stream(proxies).map(AddressBlock::parse).map(Objects::requireNonNull);
    return new ServerSettings(
        List.of(address),
        "bearward",
        "X-Request-Id",
        true,
        limits,
        timeouts,
        trusted.toList(),
        false);
  }

  /** A server whose trusted proxies begin with a PROXY header. */
  static TestServer proxyProtocol(
      AccessGate gate,
      Forwarder forwarder,
      ServerSettings.Timeouts timeouts,
      @Nullable ServerTls tls,
      String... proxies) {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSettings plain = settings(any, LIMITS, timeouts, proxies);
    return start(withProxyProtocol(plain), gate, forwarder, tls);
  }

  private static ServerSettings withProxyProtocol(ServerSettings plain) {
    return new ServerSettings(
        plain.listen(),
        plain.realm(),
        plain.requestIdHeader(),
        plain.http2(),
        plain.limits(),
        plain.timeouts(),
        plain.trustedProxies(),
        true);
  }

  /** A server on a unix-domain socket, or another address. */
  static TestServer on(
      SocketAddress address, AccessGate gate, Forwarder forwarder, EventLoops loops)
      throws ListenException {
    var settings =
        new ServerSettings(
            List.of(address), "bearward", "X-Request-Id", true, LIMITS, TIMEOUTS, List.of(), false);
    return new TestServer(settings, gate, forwarder, loops, null);
  }

  Server server() {
    return server;
  }

  RecordingListener listener() {
    return listener;
  }

  int port() {
    return server.addresses().getFirst().getPort();
  }

  /** A client that gives up waiting after ten seconds. */
  RawClient connect() {
    try {
      var socket = new Socket(InetAddress.getLoopbackAddress(), port());
      socket.setSoTimeout(10_000);
      return new RawClient(socket, new Conversation(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request on a connection of its own. */
  RawClient.Response exchange(String request) {
    try (RawClient client = connect()) {
      return client.exchange(request);
    }
  }

  @Override
  public void close() {
    drain();
    stop();
  }

  /** Closes all connections; the loops go on. */
  void drain() {
    await(server.close());
  }

  /** Ends the loops. */
  void stop() {
    await(loops.close());
  }

  private static void await(CompletionStage<Void> end) {
    try {
      end.toCompletableFuture().get(15, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the server did not end", e);
    }
  }
}
