package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

  @Test
  @DisplayName("drain: what is in flight finishes with Connection: close; nobody new is let in")
  void close_inFlight_finishes() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send(GET);
      var exchange = upstream.exchange(0);
      int port = server.port();
      CompletionStage<Void> done = server.server().close();
      Eventually.await("no new connections", () -> refused(port));
      assertThat(done.toCompletableFuture()).isNotDone();
      exchange.run(() -> exchange.answer(200, "late"));
      RawClient.Response response = client.read();
      assertThat(response.body()).isEqualTo("late");
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(done.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  private static boolean refused(int port) {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("drain: clients under load, each told by Connection: close, lose no request")
  void close_underLoad_losesNothing() throws InterruptedException {
    var served = new AtomicInteger();
    var failures = new AtomicInteger();
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "ok"));
    var clients = new ArrayList<Thread>();
    try (var server = TestServer.start(Gates.open(), upstream)) {
      for (int i = 0; i < 20; i++) {
        RawClient client = server.connect();
        clients.add(Thread.ofVirtual().start(() -> load(client, served, failures)));
      }
      // A connection that was not accepted yet goes with the listener.
      Eventually.await("all accepted", () -> server.server().connections() == 20);
      Eventually.await("under load", () -> served.get() > 100);
      assertThat(server.server().close().toCompletableFuture())
          .succeedsWithin(Duration.ofSeconds(10));
      for (Thread client : clients) {
        client.join();
      }
      assertThat(failures).hasValue(0);
      assertThat(server.listener().finished)
          .hasSize(served.get())
          .allMatch(outcome -> outcome.complete() && outcome.status() == 200);
    }
  }

  /** Requests on one connection until the server says that it is the last one. */
  private static void load(RawClient client, AtomicInteger served, AtomicInteger failures) {
    try (client) {
      boolean last = false;
      while (!last) {
        RawClient.Response response = client.exchange(GET);
        served.incrementAndGet();
        last = "close".equals(response.header("connection"));
      }
    } catch (RuntimeException | AssertionError e) {
      failures.incrementAndGet();
    }
  }

  @Test
  @DisplayName("drain: an idle connection is closed soon, a forgotten exchange when the time is up")
  void close_idleAndStuck_areClosed() {
    var timeouts =
        new ServerSettings.Timeouts(
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2));
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var idle = server.connect();
        var stuck = server.connect()) {
      stuck.send(GET);
      upstream.exchange(0);
      CompletionStage<Void> done = server.server().close();
      assertThat(idle.readToEnd()).isEmpty();
      assertThat(done.toCompletableFuture()).isNotDone();
      assertThat(stuck.read().reason()).isEqualTo("draining");
      assertThat(done.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
      assertThat(upstream.exchange(0).cancelled).isTrue();
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.DRAINING);
    }
  }

  private static ServerSettings.Timeouts drainingFor(Duration drain) {
    var minute = Duration.ofSeconds(60);
    return new ServerSettings.Timeouts(minute, minute, minute, minute, drain);
  }

  /** Sends on whatever comes, until the connection breaks. */
  private static void keepSending(Socket socket, byte[] bytes) {
    try {
      while (!Thread.interrupted()) {
        socket.getOutputStream().write(bytes);
      }
    } catch (IOException e) {
      // It did.
    }
  }

  @Test
  @DisplayName("drain: the 503 at its end is not lost by a reset, though the client sends on")
  void close_uploadUnderWay_readsItsRefusal() throws Exception {
    var upstream = RecordingForwarder.silent();
    var timeouts = drainingFor(Duration.ofMillis(500));
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var client = new RawClient(socket, new Conversation(socket))) {
      client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n");
      upstream.exchange(0);
      Thread sender = Thread.ofVirtual().start(() -> keepSending(socket, new byte[8192]));
      CompletionStage<Void> done = server.server().close();
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.reason()).isEqualTo("draining");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(done.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
      sender.interrupt();
    }
  }

  @Test
  @DisplayName("drain: over HTTP/2 too, and the last frame is GOAWAY")
  void close_http2UploadUnderWay_readsItsRefusal() throws Exception {
    var upstream = RecordingForwarder.silent();
    var timeouts = drainingFor(Duration.ofMillis(500));
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      client.request(3, true, "GET", "/a");
      upstream.exchange(1);
      Thread sender = Thread.ofVirtual().start(() -> keepSending(client.socket(), ping()));
      CompletionStage<Void> done = server.server().close();
      assertThat(client.response(3).reason()).isEqualTo("draining");
      assertThat(client.response(1).reason()).isEqualTo("draining");
      assertThat(client.ending()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(done.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
      sender.interrupt();
    }
  }

  /** A frame of one byte for the upload. */
  private static byte[] ping() {
    return RawHttp2.encoded(RawHttp2.DATA, 0, 1, (byte) 'x');
  }

  @Test
  @DisplayName("drain: a client that does not read its 503 is not waited for")
  void close_clientDoesNotRead_ends() {
    var upstream = RecordingForwarder.whenBegun(Producer::start);
    var timeouts = drainingFor(Duration.ofMillis(100));
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var deaf = server.connect();
        var whole = server.connect()) {
      deaf.send(GET.replace("/a", "/" + (1L << 30)));
      whole.send(GET.replace("/a", "/" + (3L << 20)));
      Eventually.await("both begun", () -> upstream.received.size() == 2);
      assertThat(server.server().close().toCompletableFuture())
          .succeedsWithin(Duration.ofSeconds(8));
    }
  }
}
