package dev.bearward.server;

import static dev.bearward.server.ConformingServer.ends;
import static dev.bearward.server.ConformingServer.goesOn;
import static dev.bearward.server.ConformingServer.resets;
import static dev.bearward.server.ConformingServer.serves;
import static dev.bearward.server.RawHttp2.ACK;
import static dev.bearward.server.RawHttp2.CONTINUATION;
import static dev.bearward.server.RawHttp2.DATA;
import static dev.bearward.server.RawHttp2.END_HEADERS;
import static dev.bearward.server.RawHttp2.END_STREAM;
import static dev.bearward.server.RawHttp2.GOAWAY;
import static dev.bearward.server.RawHttp2.HEADERS;
import static dev.bearward.server.RawHttp2.PADDED;
import static dev.bearward.server.RawHttp2.PING;
import static dev.bearward.server.RawHttp2.PRIORITY;
import static dev.bearward.server.RawHttp2.PUSH_PROMISE;
import static dev.bearward.server.RawHttp2.RST_STREAM;
import static dev.bearward.server.RawHttp2.SETTINGS;
import static dev.bearward.server.RawHttp2.WINDOW_UPDATE;
import static io.netty.handler.codec.http2.Http2Error.FLOW_CONTROL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.FRAME_SIZE_ERROR;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.server.ConformingServer.Sent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 sections 6 to 8: each type of frame where it may not be, and as it may not be. */
class Http2FramesConformanceTest {
  private static final int HEADER_TABLE_SIZE = 1;
  private static final int ENABLE_PUSH = 2;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int MAX_FRAME_SIZE = 5;
  private static final int UNKNOWN = 0xff;
  private static final byte[] DEPENDS = {0, 0, 0, 0, 15};

  private static Arguments row(String name, Sent sent) {
    return argumentSet(name, sent);
  }

  private static byte[] section(String method) {
    return RawHttp2.section(RawHttp2.basics(method, "/a").toArray(String[]::new));
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    Arrays.stream(parts).forEach(all::put);
    return all.array();
  }

  private static void open(RawHttp2 client) {
    client.request(1, false, "POST", "/silent");
  }

  private static Sent opened(Sent then) {
    Consumer<RawHttp2> first = Http2FramesConformanceTest::open;
    return new Sent(first.andThen(then.frames()), then.expected());
  }

  private static Sent settings(int id, int value) {
    return goesOn(c -> {
      c.settings(id, value);
      for (var frame = c.read(); frame != null; frame = c.read()) {
        if (frame.type() == SETTINGS && frame.has(ACK)) {
          return;
        }
      }
      throw new AssertionError("not acknowledged");
    });
  }

  static Stream<Arguments> bodiesAndHeads() {
    byte[] get = section("GET");
    return Stream.of(
        row("6.1: DATA on stream 0", ends(PROTOCOL_ERROR, c -> c.data(0, false, "x"))),
        row(
            "6.1: DATA on a stream that is not open",
            ends(PROTOCOL_ERROR, c -> c.data(3, false, "x"))),
        row(
            "6.1: as much padding as payload",
            opened(
                ends(
                    PROTOCOL_ERROR,
                    c ->
                        c.frame(DATA, PADDED | END_STREAM, 1, new byte[] {6, 'a', 'b', 0, 0, 0})))),
        row(
            "6.1: padded DATA",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a");
                  c.frame(DATA, PADDED | END_STREAM, 1, new byte[] {3, 'a', 'b', 0, 0, 0});
                })),
        row(
            "6.2: another frame inside a header section",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get);
                  c.frame(DATA, END_STREAM, 1, new byte[1]);
                })),
        row(
            "6.2: HEADERS on stream 0",
            ends(PROTOCOL_ERROR, c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 0, get))),
        row(
            "6.2: more padding than payload",
            ends(
                PROTOCOL_ERROR,
                c ->
                    c.frame(
                        HEADERS,
                        PADDED | END_HEADERS | END_STREAM,
                        1,
                        join(new byte[] {(byte) (get.length + 2)}, get)))),
        row(
            "6.2: padded HEADERS",
            serves(
                1,
                c ->
                    c.frame(
                        HEADERS,
                        PADDED | END_HEADERS | END_STREAM,
                        1,
                        join(new byte[] {3}, get, new byte[3])))),
        row(
            "6.2: HEADERS with a priority",
            serves(
                1, c -> c.frame(HEADERS, 0x20 | END_HEADERS | END_STREAM, 1, join(DEPENDS, get)))),
        row(
            "6.10: several CONTINUATION",
            serves(
                1,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get);
                  c.frame(CONTINUATION, 0, 1, RawHttp2.section("x-a", "1"));
                  c.frame(CONTINUATION, END_HEADERS, 1, RawHttp2.section("x-b", "2"));
                })),
        row(
            "6.10: CONTINUATION on stream 0",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get);
                  c.frame(CONTINUATION, END_HEADERS, 0, RawHttp2.section("x-a", "1"));
                })),
        row(
            "6.10: CONTINUATION of another stream",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_STREAM, 1, get);
                  c.frame(CONTINUATION, END_HEADERS, 3, RawHttp2.section("x-a", "1"));
                })),
        row(
            "6.10: CONTINUATION behind END_HEADERS",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, END_HEADERS, 1, section("POST"));
                  c.frame(CONTINUATION, END_HEADERS, 1, RawHttp2.section("x-a", "1"));
                })),
        row(
            "6.10: CONTINUATION behind CONTINUATION with END_HEADERS",
            ends(
                PROTOCOL_ERROR,
                c -> {
                  c.frame(HEADERS, 0, 1, section("POST"));
                  c.frame(CONTINUATION, END_HEADERS, 1, RawHttp2.section("x-a", "1"));
                  c.frame(CONTINUATION, END_HEADERS, 1, RawHttp2.section("x-b", "2"));
                })),
        row(
            "6.10: CONTINUATION behind DATA",
            opened(
                ends(
                    PROTOCOL_ERROR,
                    c -> {
                      c.data(1, false, "x");
                      c.frame(CONTINUATION, END_HEADERS, 1, RawHttp2.section("x-a", "1"));
                    }))),
        row(
            "6.6: PUSH_PROMISE of a client",
            ends(
                PROTOCOL_ERROR,
                c -> c.frame(PUSH_PROMISE, END_HEADERS, 1, join(new byte[] {0, 0, 0, 2}, get)))),
        row(
            "8.4: PUSH_PROMISE on an open stream",
            opened(
                ends(
                    PROTOCOL_ERROR,
                    c ->
                        c.frame(
                            PUSH_PROMISE, END_HEADERS, 1, join(new byte[] {0, 0, 0, 2}, get))))));
  }

  static Stream<Arguments> small() {
    return Stream.of(
        row(
            "6.3: PRIORITY on stream 0",
            ends(PROTOCOL_ERROR, c -> c.frame(PRIORITY, 0, 0, DEPENDS))),
        row(
            "6.3: PRIORITY of another length",
            opened(resets(1, FRAME_SIZE_ERROR, c -> c.frame(PRIORITY, 0, 1, new byte[4])))),
        row("6.4: RST_STREAM on stream 0", ends(PROTOCOL_ERROR, c -> c.reset(0))),
        row("6.4: RST_STREAM on an idle stream", ends(PROTOCOL_ERROR, c -> c.reset(1))),
        row(
            "6.4: RST_STREAM of another length",
            opened(ends(FRAME_SIZE_ERROR, c -> c.frame(RST_STREAM, 0, 1, new byte[3])))),
        row(
            "7: RST_STREAM with an unknown code",
            opened(goesOn(c -> c.frame(RST_STREAM, 0, 1, new byte[] {0, 0, 0, (byte) 0xff})))),
        row("6.7: PING with ACK is not answered", goesOn(c -> c.frame(PING, ACK, 0, new byte[8]))),
        row("6.7: PING on a stream", ends(PROTOCOL_ERROR, c -> c.frame(PING, 0, 1, new byte[8]))),
        row(
            "6.7: PING of another length",
            ends(FRAME_SIZE_ERROR, c -> c.frame(PING, 0, 0, new byte[6]))),
        row(
            "6.8: GOAWAY on a stream",
            ends(PROTOCOL_ERROR, c -> c.frame(GOAWAY, 0, 1, new byte[8]))),
        row(
            "6.8: a client that leaves may still ping",
            goesOn(c -> c.frame(GOAWAY, 0, 0, new byte[8]))),
        row(
            "7: GOAWAY with an unknown code",
            goesOn(c -> c.frame(GOAWAY, 0, 0, new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0xff}))),
        row(
            "6.9: WINDOW_UPDATE of 0 for the connection",
            ends(PROTOCOL_ERROR, c -> c.window(0, 0))),
        row(
            "6.9: WINDOW_UPDATE of 0 for a stream",
            opened(resets(1, PROTOCOL_ERROR, c -> c.window(1, 0)))),
        row(
            "6.9: WINDOW_UPDATE of another length",
            ends(FRAME_SIZE_ERROR, c -> c.frame(WINDOW_UPDATE, 0, 0, new byte[3]))),
        row(
            "6.9.1: beyond the largest window of the connection",
            ends(
                FLOW_CONTROL_ERROR,
                c -> {
                  c.window(0, Integer.MAX_VALUE);
                  c.window(0, Integer.MAX_VALUE);
                })),
        row(
            "6.9.1: beyond the largest window of a stream",
            opened(
                resets(
                    1,
                    FLOW_CONTROL_ERROR,
                    c -> {
                      c.window(1, Integer.MAX_VALUE);
                      c.window(1, Integer.MAX_VALUE);
                    }))),
        row(
            "6.9.2: settings that take an open stream beyond the largest window",
            opened(
                ends(
                    FLOW_CONTROL_ERROR,
                    c -> {
                      c.window(1, Integer.MAX_VALUE - 65_535);
                      c.settings(INITIAL_WINDOW_SIZE, 65_536);
                    }))));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        row(
            "6.5: ACK with a payload",
            ends(FRAME_SIZE_ERROR, c -> c.frame(SETTINGS, ACK, 0, new byte[6]))),
        row("6.5: on a stream", ends(PROTOCOL_ERROR, c -> c.frame(SETTINGS, 0, 1, new byte[6]))),
        row(
            "6.5: of another length",
            ends(FRAME_SIZE_ERROR, c -> c.frame(SETTINGS, 0, 0, new byte[3]))),
        row("6.5.2: ENABLE_PUSH of 2", ends(PROTOCOL_ERROR, c -> c.settings(ENABLE_PUSH, 2))),
        row("6.5.2: ENABLE_PUSH of 0", settings(ENABLE_PUSH, 0)),
        row("6.5.2: ENABLE_PUSH of 1", settings(ENABLE_PUSH, 1)),
        row(
            "6.5.2: INITIAL_WINDOW_SIZE beyond the largest",
            ends(FLOW_CONTROL_ERROR, c -> c.settings(INITIAL_WINDOW_SIZE, 1 << 31))),
        row(
            "6.5.2: the largest INITIAL_WINDOW_SIZE",
            settings(INITIAL_WINDOW_SIZE, Integer.MAX_VALUE)),
        row(
            "6.5.2: MAX_FRAME_SIZE below the least",
            ends(PROTOCOL_ERROR, c -> c.settings(MAX_FRAME_SIZE, 16_383))),
        row(
            "6.5.2: MAX_FRAME_SIZE beyond the largest",
            ends(PROTOCOL_ERROR, c -> c.settings(MAX_FRAME_SIZE, 16_777_216))),
        row("6.5.2: the largest MAX_FRAME_SIZE", settings(MAX_FRAME_SIZE, 16_777_215)),
        row("6.5.2: no HEADER_TABLE", settings(HEADER_TABLE_SIZE, 0)),
        row("6.5.2: the largest HEADER_TABLE", settings(HEADER_TABLE_SIZE, -1)),
        row("6.5.2: no MAX_CONCURRENT_STREAMS", settings(3, 0)),
        row("6.5.2: the largest MAX_CONCURRENT_STREAMS", settings(3, -1)),
        row("6.5.2: no MAX_HEADER_LIST_SIZE", settings(6, 0)),
        row("6.5.2: an unknown identifier", settings(UNKNOWN, 7)),
        row("6.5.2: identifier 0", settings(0, -1)));
  }

  @ParameterizedTest
  @MethodSource({"bodiesAndHeads", "small", "settings"})
  @DisplayName("RFC 9113 sections 6 to 8")
  void frames(Sent sent) {
    ConformingServer.check(sent);
  }
}
