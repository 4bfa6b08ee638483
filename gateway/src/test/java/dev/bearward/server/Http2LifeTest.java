package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessGate;
import dev.bearward.access.TestPermits;
import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beginning, time limits and end of HTTP/2 connections. */
class Http2LifeTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static TestServer start(
      Duration header, Duration body, Duration idle, RecordingForwarder upstream) {
    var timeouts = new ServerSettings.Timeouts(header, body, idle, LONG, Duration.ofSeconds(5));
    return TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
  }

  private static int lastStream(RawHttp2.Frame goAway) {
    return ByteBuffer.wrap(goAway.payload()).getInt();
  }

  @Test
  @DisplayName(
      "rule 142: drain announces itself, takes what is on its way, lets all of it end, and closes")
  void drain_isOrderly() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1);
      var first = upstream.exchange(0);
      CompletionStage<Void> done = server.server().close();
      RawHttp2.Frame announced = client.await(RawHttp2.GOAWAY);
      assertThat(announced.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(lastStream(announced)).isEqualTo(Integer.MAX_VALUE);
      client.get(3);
      var second = upstream.exchange(1);
      RawHttp2.Frame last = client.await(RawHttp2.GOAWAY);
      assertThat(last.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(lastStream(last)).isEqualTo(3);
      assertThat(done.toCompletableFuture()).isNotDone();
      second.run(() -> second.answer(200, "second"));
      first.run(() -> first.answer(200, "first"));
      assertThat(client.response(3).body()).isEqualTo("second");
      assertThat(client.response(1).body()).isEqualTo("first");
      assertThat(client.read()).isNull();
      assertThat(done.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(8));
    }
  }

  @Test
  @DisplayName("a connection without a request is told and closed after the idle time")
  void idle_isClosed() {
    try (var server = start(LONG, LONG, SHORT, RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.get(1);
      assertThat(client.response(1).status()).isEqualTo(200);
      assertThat(client.ending()).isEqualTo(Http2Error.NO_ERROR);
    }
  }

  @Test
  @DisplayName("a connection that brings no request in time is closed")
  void firstRequest_late_isClosed() {
    try (var server = start(SHORT, LONG, LONG, RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      assertThat(client.ending()).isEqualTo(Http2Error.NO_ERROR);
    }
  }

  @Test
  @DisplayName("a part of the preface and no more is closed after the header time")
  void preface_incomplete_isClosed() {
    try (var server = start(SHORT, LONG, LONG, RecordingForwarder.ok());
        var client = RawHttp2.bare(server)) {
      client.bytes("PRI * HT".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(client.read()).isNull();
    }
  }

  @Test
  @DisplayName("rule 139: a header section that does not come to its end ends the connection")
  void section_late_ends() {
    try (var server = start(SHORT, LONG, LONG, RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.await(
          RawHttp2.SETTINGS); // Acknowledged before the section, which nothing may interrupt.
      client.frame(RawHttp2.HEADERS, 0, 1, RawHttp2.section(":method", "GET"));
      assertThat(client.ending()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(server.listener().refused).contains(Reason.REQUEST_TIMEOUT);
    }
  }

  @Test
  @DisplayName("a client that never ends its request body is answered 408")
  void body_late_isTimeout() {
    var upstream = RecordingForwarder.silent();
    try (var server = start(LONG, SHORT, LONG, upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      client.data(1, false, "some");
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.reason()).isEqualTo("request_timeout");
      assertThat(upstream.exchange(0).cancelled).isTrue();
    }
  }

  @Test
  @DisplayName(
      "once the response has begun, a silent client may go on as long as the upstream talks")
  void body_silentWhileResponseFlows_goesOn() {
    var upstream =
        RecordingForwarder.whenBegun(e -> e.response.head(200, "OK", new DefaultHttpHeaders(), -1));
    try (var server = start(LONG, SHORT, LONG, upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      var exchange = upstream.exchange(0);
      for (int i = 0; i < 12; i++) {
        var _ =
            exchange.loop.schedule(
                () -> exchange.part("x"), 100L * i, java.util.concurrent.TimeUnit.MILLISECONDS);
      }
      var _ =
          exchange.loop.schedule(
              () -> exchange.response.end(new DefaultHttpHeaders()),
              1250,
              java.util.concurrent.TimeUnit.MILLISECONDS);
      assertThat(client.response(1).body()).isEqualTo("x".repeat(12));
    }
  }

  @Test
  @DisplayName("a client that never opens its window loses the stream, and the upstream is let go")
  void window_neverOpened_isReset() {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          if (e.head.path().value().equals("/big")) {
            e.response.head(200, "OK", new DefaultHttpHeaders(), -1);
            e.part("x".repeat(1000));
          } else {
            e.response.head(204, "", new DefaultHttpHeaders(), 0);
            e.response.end(new DefaultHttpHeaders());
          }
        });
    try (var server = start(LONG, LONG, SHORT, upstream);
        var client = RawHttp2.connect(server, 4, 0)) {
      client.request(1, true, "GET", "/big");
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.CANCEL);
      Eventually.await("cancelled", () -> upstream.exchange(0).cancelled);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NO_TOKEN,16", "TOKEN_MALFORMED,16", "INSUFFICIENT_SCOPE,7", "CLAIM_MISMATCH,7",
    "KEYS_UNAVAILABLE,14", "OVERLOADED,14", "NO_ROUTE,12", "METHOD_NOT_ALLOWED,12",
    "RATE_LIMITED,8", "UPSTREAM_TIMEOUT,4", "BODY_TOO_LARGE,8", "INTERNAL_ERROR,13",
    "UPSTREAM_UNAVAILABLE,14"
  })
  @DisplayName("rule 148: a refusal of gRPC is trailers only, with a status of its own")
  void grpc_refused_isTrailersOnly(Reason reason, String status) {
    try (var server = TestServer.start(Gates.closed(reason), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(
          1, true, "POST", "/a.B/C", "content-type", "application/grpc+proto", "te", "trailers");
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
      assertThat(response.header("content-type")).isEqualTo("application/grpc");
      assertThat(response.header("grpc-status")).isEqualTo(status);
      assertThat(response.header("grpc-message")).isEqualTo(GrpcStatus.message(reason.detail()));
      assertThat(response.header("content-length")).isNull();
      assertThat(server.listener().outcome(0).reason()).isEqualTo(reason);
    }
  }

  @Test
  @DisplayName("rule 148: what is no gRPC, or nearly, has a problem document")
  void grpc_nearly_isProblem() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(1, true, "POST", "/a", "content-type", "application/grpc-web");
      assertThat(client.response(1).status()).isEqualTo(401);
    }
    assertThat(GrpcStatus.message("5 % of \u00e9")).isEqualTo("5 %25 of %C3%A9");
  }

  @Test
  @DisplayName("a body larger than the route allows is 413, and the rest of it is not wanted")
  void body_tooLarge_isRefused() {
    AccessGate gate = head -> TestPermits.of(head, Gates.route(10L));
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(gate, upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      client.data(1, false, "x".repeat(11));
      assertThat(client.response(1).reason()).isEqualTo("body_too_large");
      assertThat(client.await(RawHttp2.RST_STREAM).error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(upstream.exchange(0).cancelled).isTrue();
    }
  }

  @Test
  @DisplayName("the preface in pieces is one; HTTP/1.1 beginning like it is HTTP/1.1")
  void preface_inPieces() throws Exception {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok())) {
      try (var client = RawHttp2.bare(server)) {
        for (byte each :
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
          client.bytes(new byte[] {each});
        }
        client.frame(RawHttp2.SETTINGS, 0, 0);
        client.get(1);
        assertThat(client.response(1).status()).isEqualTo(200);
      }
      try (RawClient client = server.connect()) {
        client.send("P");
        client.send("R");
        assertThat(client.exchange("OPFIND /a HTTP/1.1\r\nHost: h\r\n\r\n").status())
            .isEqualTo(200);
      }
    }
  }
}
