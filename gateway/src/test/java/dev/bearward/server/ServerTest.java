package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  @Test
  @DisplayName("the native transport loads, although its jars are older than Netty's others")
  void epoll_onLinuxX86_isAvailable() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "Linux on x86_64 only");
    assertThat(Epoll.unavailabilityCause()).isNull();
    EventLoops loops = EventLoops.start(1);
    assertThat(loops.transport()).isEqualTo(EventLoops.Transport.EPOLL);
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("both transports serve, keep and close")
  void exchange_onEitherTransport(EventLoops.Transport transport) {
    var upstream = RecordingForwarder.ok();
    try (var server =
            TestServer.start(
                Gates.open(),
                _ -> upstream,
                TestServer.LIMITS,
                TestServer.TIMEOUTS,
                EventLoops.start(2, transport));
        var client = server.connect();
        var second = server.connect()) {
      assertThat(client.exchange(GET).body()).isEqualTo("ok");
      assertThat(second.exchange(GET).body()).isEqualTo("ok");
      assertThat(client.exchange("bad\r\n\r\n").status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a closed server's port is free at once, its loops still running")
  void close_onEitherTransport_freesThePort(EventLoops.Transport transport) throws Exception {
    EventLoops loops = EventLoops.start(1, transport);
    Server server = start(loops, 0);
    int port = server.addresses().getFirst().getPort();
    assertThat(server.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
    Eventually.await(
        "port " + port + " free",
        () -> {
          try (var again = new ServerSocket()) {
            again.setReuseAddress(false);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
          } catch (IOException taken) {
            return false;
          }
        });
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  @DisplayName("an address that is taken: the message names address and port, nothing stays open")
  void start_portTaken_namesIt() throws Exception {
    EventLoops loops = EventLoops.start(1);
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      int free;
      try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = probe.getLocalPort();
      }
      assertThatThrownBy(() -> start(loops, free, port))
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("localhost:" + port)
          .hasMessageContaining("in use");
      new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
    }
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  private static Server start(EventLoops loops, int... ports) throws ListenException {
    List<SocketAddress> listen =
        Arrays.stream(ports)
            .<SocketAddress>mapToObj(
                port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .toList();
    return Server.start(
        new ServerSettings(
            listen,
            "bearward",
            "X-Request-Id",
            true,
            TestServer.LIMITS,
            TestServer.TIMEOUTS,
            List.of(),
            false),
        loops,
        Gates.open(),
        RecordingForwarder.ok(),
        _ -> false,
        ExchangeListener.NONE,
        InstantSource.system());
  }

  @Test
  @DisplayName("several addresses; port 0 is replaced by the one in use")
  void addresses_portZero_areReal() throws Exception {
    EventLoops loops = EventLoops.start(1);
    Server server = start(loops, 0, 0);
    List<InetSocketAddress> addresses = server.addresses();
    assertThat(addresses).hasSize(2).doesNotHaveDuplicates();
    assertThat(addresses).allMatch(address -> address.getPort() > 0);
    assertThat(server.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  @DisplayName("limits.connections, finding M6: one more takes the place of the one idle longest")
  void connections_beyondLimit_takeTheLongestIdle() {
    var limits = new ServerSettings.Limits(8192, 32768, 100, 2, 100, 16384, TestServer.FAILURES);
    try (var server =
            TestServer.start(Gates.open(), RecordingForwarder.ok(), limits, TestServer.TIMEOUTS);
        var first = server.connect()) {
      try (var second = server.connect()) {
        assertThat(first.exchange(GET).status()).isEqualTo(200);
        assertThat(second.exchange(GET).status()).isEqualTo(200);
        try (var third = server.connect()) {
          assertThat(third.exchange(GET).status()).isEqualTo(200);
          assertThat(first.readToEnd()).isEmpty();
          assertThat(server.listener().refused).containsExactly(Reason.OVERLOADED);
          assertThat(server.server().connections()).isEqualTo(2);
          assertThat(second.exchange(GET).status()).isEqualTo(200);
        }
      }
      Eventually.await("free places", () -> server.server().connections() == 0);
      assertThat(server.exchange(GET).status()).isEqualTo(200);
      assertThat(server.listener().opened).hasValue(4);
    }
  }

  @Test
  @DisplayName("rule 60: a bug in the gate is a 500 without a word of the request, and a log line")
  void gate_throws_isInternalError() {
    try (var log = CapturedLog.of("dev.bearward.server");
        var server =
            TestServer.start(
                head -> {
                  throw new IllegalStateException("secret of " + head.path());
                },
                RecordingForwarder.ok());
        var client = server.connect()) {
      RawClient.Response response = client.exchange(GET.replace("/a", "/private"));
      assertThat(response.status()).isEqualTo(500);
      assertThat(response.reason()).isEqualTo("internal_error");
      assertThat(response.body()).doesNotContain("private").doesNotContain("IllegalState");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst())
          .contains("IllegalStateException")
          .contains("ServerTest")
          .doesNotContain("private");
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    }
  }

  @Test
  @DisplayName("rule 13: a plain listener beyond loopback is warned of, once; on loopback not")
  void start_plainBeyondLoopback_warns() throws Exception {
    EventLoops loops = EventLoops.start(1);
    try (var log = CapturedLog.of("dev.bearward.server")) {
      Server local = start(loops, 0);
      assertThat(log.lines()).isEmpty();
      Server open =
          Server.start(
              new ServerSettings(
                  List.of(new InetSocketAddress(0)),
                  "bearward",
                  "X-Request-Id",
                  true,
                  TestServer.LIMITS,
                  TestServer.TIMEOUTS,
                  List.of(),
                  false),
              loops,
              Gates.open(),
              RecordingForwarder.ok(),
              _ -> false,
              ExchangeListener.NONE,
              InstantSource.system());
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst()).contains("without TLS").contains("0.0.0.0");
      local.close().toCompletableFuture().get(5, TimeUnit.SECONDS);
      open.close().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }
}
