package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HTTP/2 connections that the server has to end, and those that it never begins. */
class Http2EndsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static TestServer withConnections(int most, RecordingForwarder upstream) {
    var limits =
        new ServerSettings.Limits(
            8 * 1024, 32 * 1024, 100, most, 100, 16 * 1024, TestServer.FAILURES);
    return TestServer.start(Gates.open(), upstream, limits, TestServer.TIMEOUTS);
  }

  @Test
  @DisplayName("limits.connections: the one idle longest is told and makes room for the next")
  void shed_idle_isTold() {
    try (var server = withConnections(2, RecordingForwarder.ok());
        var first = RawHttp2.connect(server)) {
      first.get(1);
      assertThat(first.response(1).status()).isEqualTo(200);
      try (var second = RawHttp2.connect(server)) {
        second.get(1);
        assertThat(second.response(1).status()).isEqualTo(200);
        try (var third = RawHttp2.connect(server)) {
          third.get(1);
          assertThat(third.response(1).status()).isEqualTo(200);
          assertThat(first.ending()).isEqualTo(Http2Error.NO_ERROR);
          second.get(3);
          assertThat(second.response(3).status()).isEqualTo(200);
          assertThat(server.listener().refused).containsExactly(Reason.OVERLOADED);
        }
      }
    }
  }

  @Test
  @DisplayName("limits.connections: one with a request in flight is never taken away")
  void shed_busy_isSpared() {
    var upstream = RecordingForwarder.silent();
    try (var server = withConnections(1, upstream);
        var busy = RawHttp2.connect(server)) {
      busy.get(1);
      var exchange = upstream.exchange(0);
      try (var next = RawHttp2.bare(server)) {
        assertThat(next.read()).isNull();
      }
      exchange.run(() -> exchange.answer(200, "still"));
      assertThat(busy.response(1).body()).isEqualTo("still");
    }
  }

  @Test
  @DisplayName("timeouts.drain: streams that are left are answered 503, then the connection ends")
  void cutOff_answersStreams() {
    var upstream = RecordingForwarder.silent();
    var timeouts = new ServerSettings.Timeouts(LONG, LONG, LONG, LONG, Duration.ofSeconds(2));
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var client = RawHttp2.connect(server)) {
      ConformingServer.exchangeSettings(client);
      client.get(1);
      client.request(3, false, "POST", "/a");
      upstream.exchange(1);
      var done = server.server().close().toCompletableFuture();
      for (int i = 0; i < 2; i++) {
        RawHttp2.Frame answer = client.await(RawHttp2.HEADERS);
        assertThat(requireNonNull(answer.headers()).status()).hasToString("503");
      }
      assertThat(client.ending()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(done).succeedsWithin(Duration.ofSeconds(8));
      assertThat(upstream.received).allMatch(e -> e.cancelled);
    }
  }

  @Test
  @DisplayName("timeouts.idle: a client that reads nothing at all loses the connection")
  void nothingRead_isClosed() throws Exception {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          e.response.head(200, "OK", new DefaultHttpHeaders(), -1);
          e.whenWritable =
              () -> {
                while (e.response.isWritable() && !e.cancelled) {
                  e.part("x".repeat(8 * 1024));
                }
              };
          e.whenWritable.run();
        });
    var timeouts =
        new ServerSettings.Timeouts(
            LONG, LONG, Duration.ofMillis(500), LONG, Duration.ofSeconds(2));
    try (var server = TestServer.start(Gates.open(), upstream, TestServer.LIMITS, timeouts);
        var client = RawHttp2.connect(server, 4, Integer.MAX_VALUE)) {
      client.window(0, Integer.MAX_VALUE - 65_535);
      client.get(1);
      Eventually.await("cancelled", () -> upstream.exchange(0).cancelled);
      Eventually.await("closed", () -> server.server().connections() == 0);
      assertThat(server.listener().outcome(0).complete()).isFalse();
    }
  }

  @Test
  @DisplayName("server.http2: false: the preface is no HTTP/1.1, and nothing of it is a request")
  void http2_off_prefaceIsRefused() throws Exception {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var settings =
        new ServerSettings(
            List.of(any),
            "bearward",
            "X-Request-Id",
            false,
            TestServer.LIMITS,
            TestServer.TIMEOUTS,
            List.of(),
            false);
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.with(settings, Gates.open(), upstream);
        var client = RawHttp2.bare(server)) {
      client.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      client.tryBytes(RawHttp2.encoded(RawHttp2.SETTINGS, 0, 0));
      var in = client.socket().getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 505 ").contains("\"unsupported_version\"");
      assertThat(upstream.received).isEmpty();
      assertThat(server.exchange("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status()).isEqualTo(200);
    }
  }
}
