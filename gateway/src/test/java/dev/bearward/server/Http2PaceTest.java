package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/2 that send or take a response drop by drop. */
class Http2PaceTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Steps of a drip that is never silent for SHORT, and far below the least rate. */
  private static final long STEP_NANOS = 30_000_000;

  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final String[] GRPC = {"content-type", "application/grpc", "te", "trailers"};

  private static TestServer start(RecordingForwarder upstream, Duration body, Duration idle) {
    var timeouts = new ServerSettings.Timeouts(LONG, body, idle, LONG, Duration.ofSeconds(10));
    return TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
  }

  /** Takes that step again and again until it is so. */
  private static void drip(Runnable step, BooleanSupplier enough) {
    Eventually.await(
        "the end of the drip",
        () -> {
          step.run();
          LockSupport.parkNanos(STEP_NANOS);
          return enough.getAsBoolean();
        });
  }

  private static void dripUpload(RawHttp2 client, BooleanSupplier enough) {
    drip(() -> client.tryBytes(RawHttp2.encoded(RawHttp2.DATA, 0, 1, (byte) 'x')), enough);
  }

  private static BooleanSupplier after(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() > end;
  }

  @Test
  @DisplayName("timeouts.body: a request body of HTTP/2 that drips is answered 408, then reset")
  void body_drips_is408() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, SHORT, LONG);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      dripUpload(client, () -> upstream.exchange(0).cancelled);
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.reason()).isEqualTo("request_timeout");
      assertThat(client.await(RawHttp2.RST_STREAM).error()).isEqualTo(Http2Error.NO_ERROR);
    }
  }

  @Test
  @DisplayName("timeouts.body: a response that has begun does not make the drip a conversation")
  void body_dripsAfterTheHead_isReset() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, SHORT, LONG);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      var exchange = upstream.exchange(0);
      exchange.run(() -> exchange.response.head(200, "OK", new DefaultHttpHeaders(), -1));
      dripUpload(client, () -> exchange.cancelled);
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.REQUEST_TIMEOUT);
    }
  }

  @Test
  @DisplayName("timeouts.body: a gRPC call may drip where it shares its upstream connection")
  void body_ofGrpc_shared_goesOn() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "ok"));
    try (var server = start(upstream, SHORT, LONG);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", GRPC);
      var exchange = upstream.exchange(0);
      exchange.multiplexed = true;
      dripUpload(client, after(SHORT.multipliedBy(5)));
      assertThat(exchange.cancelled).isFalse();
      client.data(1, true, "");
      assertThat(client.response(1).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("timeouts.body: whoever says gRPC may not hold a whole upstream connection by it")
  void body_ofGrpc_alone_isRefused() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, SHORT, LONG);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", GRPC);
      dripUpload(client, () -> upstream.exchange(0).cancelled);
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.REQUEST_TIMEOUT);
    }
  }

  @Test
  @DisplayName("timeouts.body: time in which other streams hold the window is not counted")
  void body_windowHeldByOthers_isNotTimedOut() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, e.body()));
    try (var server = start(upstream, SHORT, LONG);
        var client = RawHttp2.connect(server)) {
      client.await(RawHttp2.SETTINGS);
      client.await(RawHttp2.WINDOW_UPDATE); // From now on the windows are those of the server.
      int held = Http2Bounds.CONNECTION_WINDOW / Http2Bounds.STREAM_WINDOW;
      for (int i = 0; i < held; i++) {
        client.request(2 * i + 1, false, "POST", "/held");
        upstream.exchange(i).wants = false;
        fill(client, 2 * i + 1);
      }
      int last = 2 * held + 1;
      client.request(last, false, "POST", "/a");
      var exchange = upstream.exchange(held);
      Eventually.await("a while", after(SHORT.multipliedBy(4)));
      assertThat(exchange.cancelled).isFalse();
      var first = upstream.exchange(0);
      first.run(() -> {
        first.wants = true;
        first.response.wantBody();
      });
      while (client.await(RawHttp2.WINDOW_UPDATE).stream() != 0) {
        // The stream's own.
      }
      client.data(last, true, "abc");
      assertThat(client.response(last).body()).isEqualTo("abc");
    }
  }

  private static void fill(RawHttp2 client, int stream) {
    byte[] part = new byte[16_384];
    for (int sent = 0; sent < Http2Bounds.STREAM_WINDOW; sent += part.length) {
      client.data(stream, false, part);
    }
  }

  @Test
  @DisplayName("timeouts.idle: a response whose window opens drop by drop is cut off")
  void response_takenByDrops_isCutOff() {
    var upstream = RecordingForwarder.whenBegun(Producer::start);
    try (var server = start(upstream, LONG, SHORT);
        var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 0)) {
      client.request(1, true, "GET", "/" + (1L << 30));
      var exchange = upstream.exchange(0);
      drip(
          () ->
              client.tryBytes(
                  RawHttp2.encoded(
                      RawHttp2.WINDOW_UPDATE, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1)),
          () -> exchange.cancelled);
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.CANCEL);
      assertThat(server.listener().outcome(0).complete()).isFalse();
    }
  }

  @Test
  @DisplayName("timeouts.idle: events over HTTP/2 that are read may come slowly")
  void events_slowButRead_goOn() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(upstream, SHORT, SHORT);
        var client = RawHttp2.connect(server)) {
      client.get(1);
      var exchange = upstream.exchange(0);
      var head = new DefaultHttpHeaders().set("Content-Type", "text/event-stream");
      exchange.run(() -> exchange.response.head(200, "OK", head, -1));
      for (int i = 0; i < 4; i++) {
        Eventually.await("a while", after(SHORT.multipliedBy(2)));
        exchange.run(() -> exchange.part("data: x\n\n"));
      }
      exchange.run(() -> exchange.response.end(EmptyHttpHeaders.INSTANCE));
      assertThat(client.response(1).body()).isEqualTo("data: x\n\n".repeat(4));
    }
  }
}
