package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The most exchanges of a route in flight, end to end over real sockets. */
class ConcurrencyStoryTest {
  private static final String ROUTES =
      """
      routes:
        - path: /slow/**
          upstream: app
          public: true
          limits: {concurrency: 2}
          cors: {origins: ["https://spa.example.com"]}
        - {path: /free, upstream: app, public: true}
      """;

  private static final String HANDSHAKE =
      String.join(
          "\r\n",
          "GET /slow/ws HTTP/1.1",
          "Host: a",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  /** Answers {@code /slow} once it is let, anything else at once. */
  private static final class SlowUpstream {
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger arrived = new AtomicInteger();

    RawUpstream start() {
      return RawUpstream.start(wire -> {
        for (String head = wire.readRequest(); head != null; head = wire.readRequest()) {
          if (head.startsWith("GET /slow/wait")) {
            arrived.incrementAndGet();
            await();
          } else if (head.startsWith("GET /slow/part")) {
            arrived.incrementAndGet();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart");
            await();
          } else if (head.startsWith("GET /slow/cut")) {
            return;
          }
          wire.send(Story.OK);
        }
      });
    }

    private void await() {
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void arrived(int count) {
      Eventually.await(count + " requests", () -> arrived.get() == count);
    }
  }

  private static Conversation ask(RunningGateway gateway, String path) throws IOException {
    var wire =
        new Conversation(new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort()));
    wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return wire;
  }

  /** Whether both places are free: one request after the other, and two at a time. */
  private static void bothPlacesAreFree(RunningGateway gateway) {
    Eventually.await(
        "both places",
        () -> {
          try (Conversation one = ask(gateway, "/slow/a");
              Conversation other = ask(gateway, "/slow/b")) {
            return head(one).contains(" 200 ") && head(other).contains(" 200 ");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  @DisplayName("contract: over the limit it is 503 at once, other routes go on, the end frees")
  void concurrency_overTheLimit_isRefusedAtOnce() throws Exception {
    var slow = new SlowUpstream();
    try (var story = new Story(slow.start());
        var gateway = story.gateway(ROUTES);
        Conversation first = ask(gateway, "/slow/wait");
        Conversation second = ask(gateway, "/slow/wait")) {
      slow.arrived(2);
      var third = gateway.send("GET", "/slow/c", "Origin", "https://spa.example.com");
      assertThat(third.statusCode()).isEqualTo(503);
      assertThat(third.body()).contains("\"reason\":\"overloaded\"");
      assertThat(third.headers().firstValue("retry-after")).hasValue("1");
      assertThat(third.headers().firstValue("access-control-allow-origin"))
          .hasValue("https://spa.example.com");
      assertThat(gateway.send("GET", "/free").statusCode()).isEqualTo(200);
      assertThat(gateway.admin("GET", "/metrics").body())
          .contains("bearward_requests_total{route=\"/slow/**\",status=\"503\"} 1.0");

      slow.release.countDown();
      assertThat(first.readHead()).contains(" 200 ");
      assertThat(second.readHead()).contains(" 200 ");
      bothPlacesAreFree(gateway);
    }
  }

  @Test
  @DisplayName("contract: clients that leave or reset, before or within the response, free theirs")
  void concurrency_clientsGone_areNotCounted() throws Exception {
    var slow = new SlowUpstream();
    try (var story = new Story(slow.start());
        var gateway = story.gateway(ROUTES)) {
      int arrived = 0;
      for (String path : new String[] {"/slow/wait", "/slow/part"}) {
        for (int round = 0; round < 3; round++) {
          try (Conversation one = ask(gateway, path);
              Conversation other = ask(gateway, path)) {
            arrived += 2;
            slow.arrived(arrived);
            if (path.endsWith("part")) {
              assertThat(head(one)).contains(" 200 ");
            }
            assertThat(gateway.send("GET", "/slow/c").statusCode()).isEqualTo(503);
            one.reset();
            assertThat(other.over()).isFalse();
          }
          bothPlacesAreFree(gateway);
        }
      }
      slow.release.countDown();
    }
  }

  @Test
  @DisplayName("contract: an upstream that fails frees the place as well")
  void concurrency_upstreamGone_isNotCounted() throws Exception {
    try (var story = new Story(new SlowUpstream().start());
        var gateway = story.gateway(ROUTES)) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.send("GET", "/slow/cut").statusCode()).isEqualTo(502);
      }
      bothPlacesAreFree(gateway);
    }
  }

  @Test
  @DisplayName("contract: a WebSocket holds its place until it ends, and a refused one has none")
  void concurrency_webSockets_countAsLongAsTheyLast() throws Exception {
    try (var story = new Story(EchoUpstream.start());
        var gateway = story.gateway(ROUTES)) {
      int port = gateway.uri("/").getPort();
      try (var one = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
          var other = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
          var third = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port))) {
        for (Conversation wire : new Conversation[] {one, other}) {
          wire.send(HANDSHAKE);
          assertThat(wire.readHead()).startsWith("HTTP/1.1 101 ");
        }
        third.send(HANDSHAKE);
        assertThat(third.readHead()).startsWith("HTTP/1.1 503 ");
        one.reset();
      }
      Eventually.await("both places", () -> opens(port));
    }
  }

  private static String head(Conversation wire) throws IOException {
    return wire.readUntil("\r\n\r\n");
  }

  private static boolean opens(int port) {
    try (var one = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port));
        var other = new Conversation(new Socket(InetAddress.getLoopbackAddress(), port))) {
      one.send(HANDSHAKE);
      other.send(HANDSHAKE);
      return head(one).startsWith("HTTP/1.1 101 ") && head(other).startsWith("HTTP/1.1 101 ");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
