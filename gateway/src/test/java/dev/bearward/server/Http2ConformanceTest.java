package dev.bearward.server;

import static dev.bearward.server.ConformingServer.ends;
import static dev.bearward.server.ConformingServer.goesOn;
import static dev.bearward.server.ConformingServer.resets;
import static dev.bearward.server.ConformingServer.serves;
import static dev.bearward.server.RawHttp2.CONTINUATION;
import static dev.bearward.server.RawHttp2.DATA;
import static dev.bearward.server.RawHttp2.END_HEADERS;
import static dev.bearward.server.RawHttp2.END_STREAM;
import static dev.bearward.server.RawHttp2.GOAWAY;
import static dev.bearward.server.RawHttp2.HEADERS;
import static dev.bearward.server.RawHttp2.PRIORITY;
import static dev.bearward.server.RawHttp2.RST_STREAM;
import static dev.bearward.server.RawHttp2.SETTINGS;
import static dev.bearward.server.RawHttp2.WINDOW_UPDATE;
import static io.netty.handler.codec.http2.Http2Error.COMPRESSION_ERROR;
import static io.netty.handler.codec.http2.Http2Error.FRAME_SIZE_ERROR;
import static io.netty.handler.codec.http2.Http2Error.NO_ERROR;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.REFUSED_STREAM;
import static io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.server.ConformingServer.Sent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 sections 3.4 to 5.5: preface, frames, header sections, states of streams. */
class Http2ConformanceTest {
  private static final int UNKNOWN = 0x16;

  private static Arguments row(String name, Sent sent) {
    return argumentSet(name, sent);
  }

  private static byte[] get() {
    return RawHttp2.section(RawHttp2.basics("GET", "/a").toArray(String[]::new));
  }

  private static void open(RawHttp2 client, int stream) {
    client.request(stream, false, "POST", "/silent");
  }

  private static void halfClosed(RawHttp2 client, int stream) {
    client.request(stream, true, "GET", "/silent");
  }

  private static void closedByBoth(RawHttp2 client, int stream) {
    client.get(stream);
    assertThat(client.response(stream).status()).isEqualTo(200);
  }

  private static void resetByClient(RawHttp2 client, int stream) {
    open(client, stream);
    client.reset(stream);
  }

  private static Sent after(Consumer<RawHttp2> first, Sent then) {
    return new Sent(first.andThen(then.frames()), then.expected());
  }

  static Stream<Arguments> frames() {
    return Stream.of(
        row("4.1: a frame of an unknown type", goesOn(c -> c.frame(UNKNOWN, 0, 0, new byte[8]))),
        row("4.1: undefined flags", goesOn(c -> c.frame(SETTINGS, 0x16, 0))),
        row(
            "4.1: undefined flags of HEADERS",
            serves(1, c -> c.frame(HEADERS, 0xc2 | END_HEADERS | END_STREAM, 1, get()))),
        row("4.1: the reserved bit", goesOn(c -> c.frame(SETTINGS, 0, 1 << 31))),
        row(
            "4.1: the reserved bit of HEADERS",
            serves(1, c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1 | 1 << 31, get()))),
        row(
            "4.2: DATA of the largest size",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a");
                  c.data(1, true, new byte[16_384]);
                })),
        row(
            "4.2: DATA that are larger",
            ends(
                FRAME_SIZE_ERROR,
                c -> {
                  open(c, 1);
                  c.data(1, true, new byte[16_385]);
                })),
        row(
            "4.2: HEADERS that are larger",
            ends(FRAME_SIZE_ERROR, c -> c.frame(HEADERS, END_HEADERS, 1, new byte[16_385]))),
        row(
            "4.3: no header section",
            ends(
                COMPRESSION_ERROR,
                c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, (byte) 0x40, (byte) 0xff))),
        row(
            "4.3: PRIORITY inside a header section",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get());
                  c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15});
                })),
        row(
            "4.3: HEADERS of another stream inside a header section",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get());
                  c.frame(HEADERS, END_HEADERS | END_STREAM, 3, get());
                })),
        row(
            "5.5: an unknown frame on a stream",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a");
                  c.frame(UNKNOWN, 0, 1, new byte[8]);
                  c.data(1, true, "x");
                })),
        row(
            "5.5: an unknown frame inside a header section",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get());
                  c.frame(UNKNOWN, 0, 0, new byte[8]);
                })));
  }

  static Stream<Arguments> states() {
    return Stream.of(
        row("idle: DATA", ends(PROTOCOL_ERROR, c -> c.data(1, true, "x"))),
        row("idle: RST_STREAM", ends(PROTOCOL_ERROR, c -> c.reset(1))),
        row("idle: WINDOW_UPDATE", ends(PROTOCOL_ERROR, c -> c.window(1, 100))),
        row(
            "idle: CONTINUATION",
            ends(PROTOCOL_ERROR, c -> c.frame(CONTINUATION, END_HEADERS, 1, get()))),
        row(
            "idle: PRIORITY",
            serves(
                1,
                c -> {
                  c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15});
                  c.get(1);
                })),
        row(
            "half-closed: DATA",
            after(c -> halfClosed(c, 1), resets(1, STREAM_CLOSED, c -> c.data(1, true, "x")))),
        row(
            "half-closed: HEADERS",
            after(c -> halfClosed(c, 1), resets(1, STREAM_CLOSED, c -> c.get(1)))),
        row(
            "half-closed: CONTINUATION",
            after(
                c -> halfClosed(c, 1),
                ends(PROTOCOL_ERROR, c -> c.frame(CONTINUATION, END_HEADERS, 1, get())))),
        row(
            "half-closed: WINDOW_UPDATE",
            after(c -> halfClosed(c, 1), goesOn(c -> c.window(1, 100)))),
        row(
            "half-closed: PRIORITY",
            after(
                c -> halfClosed(c, 1),
                goesOn(c -> c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15})))),
        row("half-closed: RST_STREAM", after(c -> halfClosed(c, 1), goesOn(c -> c.reset(1)))),
        row(
            "reset by the client: DATA",
            after(c -> resetByClient(c, 1), resets(1, STREAM_CLOSED, c -> c.data(1, true, "x")))),
        row(
            "reset by the client: HEADERS",
            after(c -> resetByClient(c, 1), resets(1, STREAM_CLOSED, c -> c.get(1)))),
        row(
            "reset by the client: CONTINUATION",
            after(
                c -> resetByClient(c, 1),
                ends(PROTOCOL_ERROR, c -> c.frame(CONTINUATION, END_HEADERS, 1, get())))),
        row(
            "closed: DATA",
            after(c -> closedByBoth(c, 1), ends(STREAM_CLOSED, c -> c.data(1, true, "x")))),
        row("closed: HEADERS", after(c -> closedByBoth(c, 1), ends(STREAM_CLOSED, c -> c.get(1)))),
        row(
            "closed: CONTINUATION",
            after(
                c -> closedByBoth(c, 1),
                ends(PROTOCOL_ERROR, c -> c.frame(CONTINUATION, END_HEADERS, 1, get())))),
        row("closed: WINDOW_UPDATE", after(c -> closedByBoth(c, 1), goesOn(c -> c.window(1, 100)))),
        row("closed: RST_STREAM", after(c -> closedByBoth(c, 1), goesOn(c -> c.reset(1)))),
        row(
            "closed: PRIORITY",
            after(
                c -> closedByBoth(c, 1),
                goesOn(c -> c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 15})))),
        row("5.1.1: an even number", ends(PROTOCOL_ERROR, c -> c.get(2))),
        row(
            "5.1.1: a smaller number",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.get(5);
                  c.get(3);
                })),
        row(
            "5.1.1: a smaller number, DATA",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.get(5);
                  c.data(3, true, "x");
                })),
        row("5.1.1: the largest number", serves(Integer.MAX_VALUE, c -> c.get(Integer.MAX_VALUE))),
        row(
            "5.1.2: one stream too many",
            resets(
                2 * Http2Bounds.MAX_STREAMS + 1,
                REFUSED_STREAM,
                c -> {
                  for (int i = 0; i <= Http2Bounds.MAX_STREAMS; i++) {
                    halfClosed(c, 2 * i + 1);
                  }
                })),
        // Deprecated with priorities themselves (RFC 9113 section 5.3.2); a connection may end for
        // it.
        row(
            "5.3.1: HEADERS that depend on themselves",
            ends(
                PROTOCOL_ERROR,
                c -> c.frame(HEADERS, 0x20 | END_HEADERS | END_STREAM, 1, dependent(1)))),
        row(
            "5.3.1: PRIORITY that depends on itself",
            resets(1, PROTOCOL_ERROR, c -> c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 15}))));
  }

  private static byte[] dependent(int on) {
    byte[] get = get();
    return java.nio.ByteBuffer.allocate(5 + get.length).putInt(on).put((byte) 15).put(get).array();
  }

  @ParameterizedTest
  @MethodSource({"frames", "states"})
  @DisplayName("RFC 9113 sections 4 and 5")
  void framesAndStates(Sent sent) {
    ConformingServer.check(sent);
  }

  static List<String> noPrefaces() {
    return List.of(
        "INVALID CONNECTION PREFACE\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\rx",
        "PRI * HTTP/2.0\r\n\r\n\0\0\0\0\0\0\0\0\0\0");
  }

  @ParameterizedTest
  @MethodSource("noPrefaces")
  @DisplayName("3.4: what is no preface is refused as HTTP/1.1, and the connection closed")
  void preface_wrong_isRefused(String bytes) throws Exception {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.bare(server)) {
      client.bytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 ").containsAnyOf("HTTP/1.1 400", "HTTP/1.1 505");
    }
  }

  @Test
  @DisplayName("3.4: a first frame other than SETTINGS ends the connection")
  void firstFrame_noSettings_ends() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.bare(server)) {
      client.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      client.get(1);
      assertThat(client.ending()).isEqualTo(PROTOCOL_ERROR);
    }
  }

  @Test
  @DisplayName("3.4: the server's first frame is SETTINGS, and the client's are acknowledged")
  void settings_comeFirst() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      RawHttp2.Frame first = requireNonNull(client.read());
      assertThat(first.type()).isEqualTo(SETTINGS);
      assertThat(first.has(RawHttp2.ACK)).isFalse();
      RawHttp2.Frame next = requireNonNull(client.read());
      while (next.type() == WINDOW_UPDATE) {
        next = requireNonNull(client.read());
      }
      assertThat(next.type()).isEqualTo(SETTINGS);
      assertThat(next.has(RawHttp2.ACK)).isTrue();
      assertThat(next.payload()).isEmpty();
    }
  }

  @Test
  @DisplayName("5.1.2: what follows on a refused stream does not end the connection")
  void refusedStream_withBody_leavesOthers() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      for (int i = 0; i < Http2Bounds.MAX_STREAMS; i++) {
        open(client, 2 * i + 1);
      }
      int refused = 2 * Http2Bounds.MAX_STREAMS + 1;
      client.request(refused, false, "POST", "/a");
      client.data(refused, false, "some");
      client.data(refused, true, "body");
      assertThat(client.resetOf(refused)).isEqualTo(REFUSED_STREAM);
      var first = upstream.exchange(0);
      first.run(() -> first.answer(200, "first"));
      assertThat(client.response(1).body()).isEqualTo("first");
      client.data(1, true, ""); // Until then the stream is open, and counts.
      client.get(refused + 2);
      var next = upstream.exchange(Http2Bounds.MAX_STREAMS);
      next.run(() -> next.answer(200, "next"));
      assertThat(client.response(refused + 2).body()).isEqualTo("next");
      assertThat(upstream.received).hasSize(Http2Bounds.MAX_STREAMS + 1);
    }
  }

  @Test
  @DisplayName("8.1.1: what follows on a malformed request does not end the connection")
  void malformed_withBody_leavesOthers() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", "X-Upper", "y");
      client.data(1, false, "some");
      client.data(1, true, "body");
      assertThat(client.resetOf(1)).isEqualTo(PROTOCOL_ERROR);
      client.get(3);
      assertThat(client.response(3).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("5.4.1: GOAWAY of a connection error names the last stream that was begun")
  void goAway_namesLastStream() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.get(7);
      assertThat(client.response(7).status()).isEqualTo(200);
      client.frame(DATA, 0, 0, new byte[1]);
      RawHttp2.Frame end = client.await(GOAWAY);
      assertThat(end.error()).isEqualTo(PROTOCOL_ERROR);
      assertThat(java.nio.ByteBuffer.wrap(end.payload()).getInt()).isEqualTo(7);
      assertThat(client.read()).isNull();
    }
  }

  @Test
  @DisplayName("5.1: what was on its way when a stream was reset costs the client nothing")
  void lateFrames_areNoFault() {
    try (var server =
            TestServer.start(
                Gates.closed(dev.bearward.http.Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      assertThat(client.response(1).status()).isEqualTo(401);
      assertThat(client.await(RST_STREAM).error()).isEqualTo(NO_ERROR);
      for (int i = 0; i < 1000; i++) {
        client.data(1, false, "x");
      }
      client.headers(1, true, "x-sum", "9");
      client.get(3);
      for (var frame = client.read();
          frame != null && frame.type() != HEADERS;
          frame = client.read()) {
        assertThat(frame.type()).isNotEqualTo(RST_STREAM).isNotEqualTo(GOAWAY);
      }
      ConformingServer.pings(client);
    }
  }
}
