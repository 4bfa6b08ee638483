package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What costs a client nothing it may not send for ever (rules 139 to 141): the connection ends with
 * ENHANCE_YOUR_CALM, what it held is free again, and another client notices nothing.
 */
class Http2FloodTest {
  private static final int MANY = 20_000;
  private static final long SOME_MEMORY = 8 * 1024 * 1024;

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** An open request whose response is not written, on stream 1. */
  private static byte[] open(int stream, boolean last) {
    return RawHttp2.encoded(
        RawHttp2.HEADERS,
        RawHttp2.END_HEADERS | (last ? RawHttp2.END_STREAM : 0),
        stream,
        RawHttp2.section(RawHttp2.basics("POST", "/silent").toArray(String[]::new)));
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static Arguments flood(String name, byte[] first, IntFunction<byte[]> each) {
    return Arguments.argumentSet(name, first, each);
  }

  static List<Arguments> floods() {
    byte[] none = {};
    return List.of(
        flood(
            "rapid reset",
            none,
            i -> {
              int stream = 2 * i + 1;
              byte[] reset = RawHttp2.encoded(RawHttp2.RST_STREAM, 0, stream, number(8));
              return join(open(stream, true), reset);
            }),
        flood(
            "made you reset, by windows beyond the largest",
            none,
            i -> {
              int stream = 2 * i + 1;
              byte[] most = number(Integer.MAX_VALUE);
              return join(
                  open(stream, true), RawHttp2.encoded(RawHttp2.WINDOW_UPDATE, 0, stream, most));
            }),
        flood(
            "made you reset, by windows of nothing",
            none,
            i -> {
              int stream = 2 * i + 1;
              return join(
                  open(stream, true),
                  RawHttp2.encoded(RawHttp2.WINDOW_UPDATE, 0, stream, number(0)));
            }),
        flood(
            "made you reset, by malformed requests",
            none,
            i ->
                RawHttp2.encoded(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                    2 * i + 1,
                    RawHttp2.section(":method", "GET", "UPPER", "x"))),
        flood("streams beyond the limit", none, i -> open(2 * i + 1, true)),
        flood(
            "CONTINUATION",
            RawHttp2.encoded(RawHttp2.HEADERS, 0, 1, RawHttp2.section(":method", "GET")),
            i -> RawHttp2.encoded(RawHttp2.CONTINUATION, 0, 1, RawHttp2.section("x-" + i, "y"))),
        flood(
            "CONTINUATION without a byte",
            RawHttp2.encoded(RawHttp2.HEADERS, 0, 1, RawHttp2.section(":method", "GET")),
            _ -> RawHttp2.encoded(RawHttp2.CONTINUATION, 0, 1)),
        flood("PING", none, _ -> RawHttp2.encoded(RawHttp2.PING, 0, 0, new byte[8])),
        flood("SETTINGS", none, _ -> RawHttp2.encoded(RawHttp2.SETTINGS, 0, 0)),
        flood("empty DATA", open(1, false), _ -> RawHttp2.encoded(RawHttp2.DATA, 0, 1)),
        flood(
            "DATA of padding",
            open(1, false),
            _ ->
                RawHttp2.encoded(
                    RawHttp2.DATA, RawHttp2.PADDED, 1, new byte[] {7, 0, 0, 0, 0, 0, 0, 0})),
        flood(
            "PRIORITY",
            none,
            i -> RawHttp2.encoded(RawHttp2.PRIORITY, 0, 2 * i + 1, new byte[] {0, 0, 0, 0, 9})),
        flood(
            "WINDOW_UPDATE", none, _ -> RawHttp2.encoded(RawHttp2.WINDOW_UPDATE, 0, 0, number(1))),
        flood("frames that mean nothing", none, _ -> RawHttp2.encoded(0x7f, 0, 0, new byte[4])));
  }

  @ParameterizedTest
  @MethodSource("floods")
  @DisplayName("rules 138-141: a flood ends with ENHANCE_YOUR_CALM")
  void flood_ends(byte[] first, IntFunction<byte[]> each) {
    var upstream =
        RecordingForwarder.whenBegun(e -> {
          if (!e.head.path().value().equals("/silent")) {
            e.answer(200, "ok");
          }
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var other = RawHttp2.connect(server)) {
      other.get(1);
      assertThat(other.response(1).status()).isEqualTo(200);
      long before = DirectMemory.used();
      try (var client = RawHttp2.connect(server)) {
        client.bytes(first);
        int sent = 0;
        while (sent < MANY && client.tryBytes(each.apply(sent))) {
          sent++;
          if (sent % 500 == 0) {
            assertThat(DirectMemory.used() - before).isLessThan(SOME_MEMORY);
          }
        }
        assertThat(client.ending()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      }
      // No more than so many requests ever got through, and none is left.
      assertThat(upstream.received).hasSizeLessThan(400);
      Eventually.await(
          "all over", () -> server.listener().finished.size() == server.listener().started.size());
      assertThat(upstream.received.stream().filter(e -> e.head.path().value().equals("/silent")))
          .allMatch(e -> e.cancelled);
      other.get(3);
      assertThat(other.response(3).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName(
      "rule 138: no more streams at once than announced, even before the settings are acknowledged")
  void streams_beyondLimit_areRefused() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      int most = Http2Bounds.MAX_STREAMS;
      for (int i = 0; i <= most; i++) {
        client.get(2 * i + 1);
      }
      assertThat(client.resetOf(2 * most + 1)).isEqualTo(Http2Error.REFUSED_STREAM);
      assertThat(upstream.received).hasSize(most);
    }
  }

  @Test
  @DisplayName("rule 136: a client that asks for much and takes nothing holds little memory")
  void slowClient_holdsLittle() {
    var produced = new java.util.concurrent.atomic.AtomicLong();
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          e.response.head(200, "OK", new io.netty.handler.codec.http.DefaultHttpHeaders(), -1);
          Runnable more =
              () -> {
                while (e.response.isWritable() && !e.cancelled) {
                  produced.addAndGet(8 * 1024);
                  e.part("x".repeat(8 * 1024));
                }
              };
          e.whenWritable = more;
          more.run();
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        // Windows of each stream as large as they go, that of the connection as it is.
        var client = RawHttp2.connect(server, 4, Integer.MAX_VALUE)) {
      long before = DirectMemory.used();
      for (int i = 0; i < 90; i++) {
        client.get(2 * i + 1);
      }
      Eventually.await("all began", () -> upstream.received.size() == 90);
      for (int i = 0; i < 20; i++) {
        client.frame(RawHttp2.PING, 0, 0, new byte[8]);
        client.await(RawHttp2.PING);
      }
      assertThat(produced.get()).isLessThan(4L * 1024 * 1024);
      assertThat(DirectMemory.used() - before).isLessThan(2 * SOME_MEMORY);
    }
  }

  @Test
  @DisplayName("rule 136: a slow upstream stops the client by its windows, and goes on when it can")
  void slowUpstream_stopsClient() {
    var upstream =
        RecordingForwarder.whenComplete(e -> e.answer(200, Long.toString(e.bytes.get())));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      var exchange = upstream.exchange(0);
      exchange.wants = false;
      byte[] part = new byte[8 * 1024];
      int sent = 0;
      while (sent + part.length <= 65_535) {
        client.data(1, false, part);
        sent += part.length;
      }
      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
      RawHttp2.Frame next = client.read();
      long opened = 0;
      while (next != null && next.type() != RawHttp2.PING) {
        if (next.type() == RawHttp2.WINDOW_UPDATE && next.stream() == 1) {
          opened++;
        }
        next = client.read();
      }
      assertThat(opened).isZero();
      assertThat(exchange.bytes).hasValue(0);
      exchange.run(() -> {
        exchange.wants = true;
        exchange.response.wantBody();
      });
      client.data(1, true, new byte[0]);
      assertThat(client.response(1).body()).isEqualTo(Integer.toString(sent));
    }
  }
}
