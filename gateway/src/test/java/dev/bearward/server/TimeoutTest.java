package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TimeoutTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  private static TestServer start(
      RecordingForwarder upstream, Duration header, Duration body, Duration idle) {
    var timeouts = new ServerSettings.Timeouts(header, body, idle, idle, Duration.ofSeconds(10));
    return TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
  }

  @Test
  @DisplayName("timeouts.header: a head that is not complete in time is answered 408 and closed")
  void header_incomplete_is408() {
    try (var server = start(RecordingForwarder.ok(), SHORT, LONG, LONG);
        var client = server.connect()) {
      long start = System.nanoTime();
      RawClient.Response response = client.exchange("GET /a HTTP/1.1\r\nHost: h\r\n");
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.reason()).isEqualTo("request_timeout");
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
      assertThat(client.readToEnd()).isEmpty();
      assertThat(server.listener().refused).containsExactly(Reason.REQUEST_TIMEOUT);
    }
  }

  @Test
  @DisplayName("timeouts.header: a drip of bytes does not extend it")
  void header_dripping_is408() throws IOException {
    try (var server = start(RecordingForwarder.ok(), SHORT, LONG, LONG);
        var client = server.connect()) {
      Thread drip = Thread.ofVirtual().start(() -> drip(client));
      assertThat(client.read().status()).isEqualTo(408);
      drip.interrupt();
    }
  }

  /** One byte every few milliseconds, until the other side closes. */
  private static void drip(RawClient client) {
    try {
      client.wire().send("GET /a HTTP/1.1\r\nX: ");
      while (!Thread.interrupted()) {
        client.wire().send("x");
        LockSupport.parkNanos(5_000_000);
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  @Test
  @DisplayName("timeouts.header: a connection that never says a word is closed without one")
  void header_silentConnection_isClosed() {
    try (var server = start(RecordingForwarder.ok(), SHORT, LONG, LONG);
        var client = server.connect()) {
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("timeouts.idle: a kept connection that brings nothing more is closed without a word")
  void idle_afterExchange_isClosed() {
    try (var server = start(RecordingForwarder.ok(), LONG, LONG, SHORT);
        var client = server.connect()) {
      assertThat(client.exchange(GET).status()).isEqualTo(200);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(server.listener().refused).isEmpty();
    }
  }

  @Test
  @DisplayName("timeouts.body: a body that stops is answered 408; the upstream is let go")
  void body_stops_is408() {
    var upstream = RecordingForwarder.ok();
    try (var server = start(upstream, LONG, SHORT, LONG);
        var client = server.connect()) {
      String head = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n";
      assertThat(client.exchange(head + "abc").status()).isEqualTo(408);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(upstream.exchange(0).cancelled).isTrue();
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.REQUEST_TIMEOUT);
    }
  }

  @Test
  @DisplayName("timeouts.body: a body that drips below the least rate is answered 408")
  void body_drips_is408() throws IOException {
    try (var server = start(RecordingForwarder.ok(), LONG, SHORT, LONG);
        var client = server.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n");
      Thread drip = Thread.ofVirtual().start(() -> slowly(client));
      assertThat(client.read().status()).isEqualTo(408);
      drip.interrupt();
    }
  }

  @Test
  @DisplayName("timeouts.body: what was sent fast does not pay for a drip after it")
  void body_dripsAfterABurst_is408() throws IOException {
    var upstream = RecordingForwarder.ok();
    try (var server = start(upstream, LONG, SHORT, LONG);
        var client = server.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\n");
      client.send("x".repeat(500_000)); // Half an hour of the least rate.
      Eventually.await("taken", () -> upstream.exchange(0).bytes.get() == 500_000);
      Thread drip = Thread.ofVirtual().start(() -> slowly(client));
      assertThat(client.read().status()).isEqualTo(408);
      assertThat(client.readToEnd()).isEmpty();
      drip.interrupt();
      assertThat(upstream.exchange(0).cancelled).isTrue();
    }
  }

  @Test
  @DisplayName("timeouts.body, rule 111: until the 100 comes it is the upstream's turn")
  void body_awaitsContinue_isNotTimedOut() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, e.body()));
    try (var server = start(upstream, LONG, SHORT, LONG);
        var client = server.connect()) {
      client.send(
          "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      var exchange = upstream.exchange(0);
      awaitLonger(SHORT.multipliedBy(3));
      exchange.run(() -> exchange.response.informational(100, new DefaultHttpHeaders()));
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(client.exchange("abc").body()).isEqualTo("abc");
    }
  }

  @Test
  @DisplayName("timeouts.body, rule 111: from the 100 on it is the client's turn")
  void body_notSentAfterContinue_is408() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, LONG, SHORT, LONG);
        var client = server.connect()) {
      client.send(
          "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      var exchange = upstream.exchange(0);
      exchange.run(() -> exchange.response.informational(100, new DefaultHttpHeaders()));
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(client.read().status()).isEqualTo(408);
    }
  }

  @Test
  @DisplayName("timeouts.idle: who reads all there is may read it slowly, event by event")
  void events_slowButRead_goOn() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, LONG, LONG, SHORT);
        var client = server.connect()) {
      client.send(GET);
      var exchange = upstream.exchange(0);
      var head = new DefaultHttpHeaders().set("Content-Type", "text/event-stream");
      exchange.run(() -> exchange.response.head(200, "OK", head, -1));
      for (int i = 0; i < 4; i++) {
        awaitLonger(SHORT);
        exchange.run(() -> exchange.part("data: x\n\n"));
      }
      exchange.run(() -> exchange.response.end(EmptyHttpHeaders.INSTANCE));
      assertThat(client.read().body()).isEqualTo("data: x\n\n".repeat(4));
      assertThat(server.listener().outcome(0).complete()).isTrue();
    }
  }

  private static void awaitLonger(Duration time) {
    long end = System.nanoTime() + time.toNanos() * 3 / 2;
    Eventually.await("a while", () -> System.nanoTime() > end);
  }

  /** Some twenty bytes a second, never silent for long. */
  private static void slowly(RawClient client) {
    try {
      while (!Thread.interrupted()) {
        client.wire().send("x");
        LockSupport.parkNanos(50_000_000);
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  @Test
  @DisplayName("timeouts.body: time that the upstream takes is not counted against the client")
  void body_upstreamPauses_isNotTimedOut() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, e.body()));
    Duration oneSecond = Duration.ofSeconds(1);
    try (var server = start(upstream, LONG, oneSecond, LONG);
        var client = server.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
      var exchange = upstream.exchange(0);
      exchange.wants = false;
      client.send("abc");
      long pauseEnd = System.nanoTime() + oneSecond.multipliedBy(2).toNanos();
      Eventually.await("a long pause", () -> System.nanoTime() > pauseEnd);
      exchange.wants = true;
      exchange.run(exchange.response::wantBody);
      assertThat(client.exchange("def").body()).isEqualTo("abcdef");
    }
  }

  @Test
  @DisplayName("timeouts.idle: a client that takes nothing of its response is cut off")
  void response_notTaken_isCutOff() {
    var producer = new CompletableFuture<Producer>();
    var upstream = RecordingForwarder.whenBegun(e -> producer.complete(Producer.start(e)));
    try (var server = start(upstream, LONG, LONG, SHORT);
        var client = server.connect()) {
      client.send(GET.replace("/a", "/" + (100L << 20)));
      Eventually.await("cancelled", () -> upstream.exchange(0).cancelled);
      assertThat(server.listener().outcome(0).complete()).isFalse();
      assertThat(producer.join().produced()).isLessThan(50L << 20);
      assertThat(client.endsInReset()).isTrue();
    }
  }

  @Test
  @DisplayName("rule 109: a client that never ends its unwanted body does not hold the connection")
  void drain_neverEnds_isClosed() {
    var upstream = RecordingForwarder.whenBegun(e -> e.answer(409, "early"));
    try (var server = start(upstream, LONG, LONG, LONG);
        var client = server.connect()) {
      String head = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n";
      assertThat(client.exchange(head).body()).isEqualTo("early");
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("after the last response the connection does not linger for ever")
  void linger_isBounded() {
    try (var server = start(RecordingForwarder.ok(), LONG, LONG, LONG);
        var client = server.connect()) {
      assertThat(client.exchange("x\r\n\r\n").status()).isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty(); // Our side is shut; the client's stays open.
      Eventually.await("closed", () -> server.server().connections() == 0);
    }
  }
}
