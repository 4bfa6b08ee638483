package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Limits of time; each is shown by one that is short while all others are long. */
class TimeLimitTest {
  private static final Duration SHORT = Duration.ofMillis(150);

  /** Short enough to wait for, long enough for an answer on a busy machine. */
  private static final Duration MEDIUM = Duration.ofSeconds(1);

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** Reads the request, then waits for the other side to give up. */
  private static RawUpstream silent(String after) {
    return RawUpstream.start(conversation -> {
      conversation.readRequest();
      conversation.send(after);
      conversation.readToEnd();
    });
  }

  @Test
  @DisplayName("rule 117: no response head in time is 504")
  void response_noHeadInTime_timesOut() {
    try (RawUpstream upstream = silent("HTTP/1.1 200");
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, SHORT, LONG))) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      Eventually.await("connection closed", () -> upstream.conversation(0).over());
    }
  }

  @Test
  @DisplayName("rule 117: the route's own time-out wins")
  void response_routeHasItsOwnLimit_thatCounts() {
    try (RawUpstream upstream = silent("");
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, LONG))) {
      assertThat(proxy.exchange(TestRequest.get("/").responseTimeout(SHORT)).failure())
          .isEqualTo(Reason.UPSTREAM_TIMEOUT);
    }
  }

  @Test
  @DisplayName("rule 114: silence in the middle of a body is an abort")
  void response_silenceInBody_aborts() {
    try (RawUpstream upstream = silent("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, SHORT))) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("half");
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
    }
  }

  @Test
  void response_clientDoesNotRead_upstreamIsNotAtFault() {
    try (RawUpstream upstream = silent("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, SHORT))) {
      Running running = proxy.send(TestRequest.get("/"));
      running.response().onHead(() -> running.response().setWritable(false));
      running.response().awaitHead();
      long end = System.nanoTime() + SHORT.toNanos() * 3;
      Eventually.await("three times the limit", () -> System.nanoTime() - end > 0);
      assertThat(running.response().isOver()).isFalse();
      running.clientWritable();
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
    }
  }

  @Test
  void request_slowClient_doesNotCountForTheUpstream() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, MEDIUM, MEDIUM))) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(2));
      running.body("a");
      long end = System.nanoTime() + MEDIUM.toNanos() * 3 / 2;
      Eventually.await("longer than the limit", () -> System.nanoTime() - end > 0);
      running.body("b");
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 117: an upstream that stops taking the body is 504")
  void request_upstreamStopsReading_timesOut() {
    var gate = new CountDownLatch(1);
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              await(gate);
            });
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, SHORT))) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(1L << 30));
      Eventually.await("first wish", running::wantsBody);
      String part = "x".repeat(1 << 20);
      while (running.wantsBody()) {
        running.body(part);
      }
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      gate.countDown();
    }
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rule 111: an upstream that answers an Expect with silence is 504, no deadlock")
  void request_expectUnanswered_timesOut() {
    try (RawUpstream upstream = silent("");
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, SHORT, LONG))) {
      Running running =
          proxy.send(TestRequest.of("POST", "/").header("Expect", "100-continue").framed(4));
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
    }
  }

  @Test
  void idleConnection_unusedForTooLong_isClosed() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, SHORT))) {
      proxy.exchange(TestRequest.get("/"));
      proxy.awaitIdle(0);
      Eventually.await("closed", () -> upstream.conversation(0).over());
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 117: a connection that is refused is 502")
  void connect_refused_isUnavailable() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (ProxySetup proxy = ProxySetup.before(port)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(proxy.figures()).isEqualTo(new PoolFigures("app", 0, 0, 0));
    }
  }

  @Test
  @DisplayName("rule 117: a connection that is not made in time is 504")
  void connect_notAcceptedInTime_timesOut() throws Exception {
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> queue = fill(full);
      try (ProxySetup proxy =
          ProxySetup.before(ProxySetup.withTimeouts(full.getLocalPort(), SHORT, LONG, LONG))) {
        assertThat(proxy.exchange(TestRequest.get("/")).failure())
            .isEqualTo(Reason.UPSTREAM_TIMEOUT);
        assertThat(proxy.figures().active()).isZero();
      }
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  /** Fills the accept queue, so that further connections get no answer at all. */
  private static List<Socket> fill(ServerSocket listener) throws Exception {
    var queue = new ArrayList<Socket>();
    for (int i = 0; i < 16; i++) {
      var socket = new Socket();
      try {
        socket.connect(listener.getLocalSocketAddress(), 100);
        queue.add(socket);
      } catch (java.net.SocketTimeoutException e) {
        socket.close();
        return queue;
      }
    }
    throw new AssertionError("accept queue does not fill up");
  }

  @Test
  void deadline_movedLaterOften_passesOnce() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
              drip(conversation, 20);
            });
        ProxySetup proxy =
            ProxySetup.before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, MEDIUM))) {
      assertThat(proxy.exchange(TestRequest.get("/")).bodyBytes()).isEqualTo(20);
    }
  }

  /** One byte at a time, all in all longer than the limit between two of them. */
  private static void drip(Conversation conversation, int count) throws java.io.IOException {
    for (int i = 0; i < count; i++) {
      long end = System.nanoTime() + MEDIUM.toNanos() / 15;
      Eventually.await("next drop", () -> System.nanoTime() - end > 0);
      conversation.send("x");
    }
  }
}
