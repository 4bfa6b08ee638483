package dev.bearward.server;

import static dev.bearward.server.ConformingServer.ends;
import static dev.bearward.server.ConformingServer.resets;
import static dev.bearward.server.ConformingServer.serves;
import static dev.bearward.server.RawHttp2.END_HEADERS;
import static dev.bearward.server.RawHttp2.END_STREAM;
import static dev.bearward.server.RawHttp2.HEADERS;
import static io.netty.handler.codec.http2.Http2Error.COMPRESSION_ERROR;
import static io.netty.handler.codec.http2.Http2Error.NO_ERROR;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.http.Reason;
import dev.bearward.server.ConformingServer.Sent;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RFC 9113 section 8 and RFC 7541: messages and compressed header sections. What makes a request
 * malformed by its fields is in {@link Http2MalformedTest}.
 */
class Http2MessagesConformanceTest {
  private static Arguments row(String name, Sent sent) {
    return argumentSet(name, sent);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] get() {
    return RawHttp2.section(RawHttp2.basics("GET", "/a").toArray(String[]::new));
  }

  private static void section(RawHttp2 client, int stream, byte[]... parts) {
    client.frame(HEADERS, END_HEADERS | END_STREAM, stream, join(parts));
  }

  static Stream<Arguments> compression() {
    // A literal field without indexing, its name of one letter, then the value.
    byte[] x = bytes(0x00, 0x01, 'x');
    return Stream.of(
        row(
            "2.3.3: an index beyond both tables",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), bytes(0xbe)))),
        row(
            "2.3.3: a name's index beyond both tables",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), bytes(0x7e, 1, 'y')))),
        row(
            "4.2: a table of the largest size",
            serves(1, c -> section(c, 1, bytes(0x3f, 0xe1, 0x1f), get()))),
        row(
            "4.2, 6.3: a table that is larger",
            ends(COMPRESSION_ERROR, c -> section(c, 1, bytes(0x3f, 0xe2, 0x1f), get()))),
        row(
            "4.2: a new size behind a field",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), bytes(0x20)))),
        row(
            "5.1: a number without end",
            ends(
                COMPRESSION_ERROR,
                c -> section(c, 1, get(), bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)))),
        row(
            "5.2: a text longer than the section",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), x, bytes(0x05, 'y')))),
        row(
            "5.2: a text of Huffman codes",
            serves(1, c -> section(c, 1, get(), x, bytes(0x81, 0x1f)))),
        row(
            "5.2: padding of more than seven bits",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), x, bytes(0x82, 0x1f, 0xff)))),
        row(
            "5.2: padding that is no EOS",
            ends(COMPRESSION_ERROR, c -> section(c, 1, get(), x, bytes(0x81, 0x18)))),
        row(
            "5.2: EOS within a text",
            ends(
                COMPRESSION_ERROR,
                c -> section(c, 1, get(), x, bytes(0x84, 0xff, 0xff, 0xff, 0xff)))),
        row("6.1: index 0", ends(COMPRESSION_ERROR, c -> section(c, 1, get(), bytes(0x80)))));
  }

  static Stream<Arguments> messages() {
    return Stream.of(
        row(
            "8.1: HEADERS a second time without END_STREAM",
            resets(
                1,
                PROTOCOL_ERROR,
                c -> {
                  c.request(1, false, "POST", "/a");
                  c.request(1, false, "POST", "/a");
                })),
        row(
            "8.1: trailers behind DATA",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a");
                  c.data(1, false, "x");
                  c.headers(1, true, "x-sum", "9");
                })),
        row(
            "8.1: trailers without DATA",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a", "trailer", "x-sum");
                  c.headers(1, true, "x-sum", "9");
                })),
        row(
            "8.1.1: several DATA shorter than their length",
            resets(
                1,
                PROTOCOL_ERROR,
                c -> {
                  c.request(1, false, "POST", "/a", "content-length", "5");
                  c.data(1, false, "12");
                  c.data(1, true, "34");
                })),
        row(
            "8.1.1: trailers before the length is reached",
            resets(
                1,
                PROTOCOL_ERROR,
                c -> {
                  c.request(1, false, "POST", "/a", "content-length", "5");
                  c.data(1, false, "12");
                  c.headers(1, true, "x-sum", "9");
                })),
        row(
            "8.1.1: a length and DATA as long",
            serves(
                1,
                c -> {
                  c.request(1, false, "POST", "/a", "content-length", "4");
                  c.data(1, false, "12");
                  c.data(1, false, "34");
                  c.data(1, true, "");
                })),
        row("8.2.2: TE: trailers", serves(1, c -> c.get(1, "te", "trailers"))),
        row("8.3.1: HEAD", serves(1, c -> c.request(1, true, "HEAD", "/a"))),
        row("8.3.1: OPTIONS", serves(1, c -> c.request(1, true, "OPTIONS", "/a"))),
        row(
            "4.3: a large section in CONTINUATION",
            serves(1, c -> c.get(1, "x", "y".repeat(20_000)))));
  }

  @ParameterizedTest
  @MethodSource({"compression", "messages"})
  @DisplayName("RFC 9113 section 8, RFC 7541")
  void messages(Sent sent) {
    ConformingServer.check(sent);
  }

  @Test
  @DisplayName("RFC 7541 2.3.2: fields of one section serve the next by their index, until evicted")
  void table_isShared() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      section(client, 1, get(), bytes(0x40, 1, 'x', 3, 'o', 'n', 'e'));
      section(client, 3, bytes(0x82, 0x86, 0x84, 0x41, 1, 'h'), bytes(0xbf));
      section(client, 5, bytes(0x82, 0x86, 0x84, 0xbe, 0xbf));
      for (int stream = 1; stream <= 5; stream += 2) {
        assertThat(client.response(stream).status()).isEqualTo(200);
      }
      assertThat(upstream.received).allMatch(e -> "one".equals(e.head.headers().first("x")));
      section(client, 7, bytes(0x20), get(), bytes(0xbe));
      assertThat(client.ending()).isEqualTo(COMPRESSION_ERROR);
    }
  }

  @Test
  @DisplayName("rule 111: a client that waits for 100 gets it when the upstream says so")
  void expectContinue_isRelayed() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, e.body()));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", "expect", "100-continue");
      var exchange = upstream.exchange(0);
      assertThat(exchange.head.headers().first("expect")).isEqualTo("100-continue");
      ConformingServer.pings(client); // Nothing has come for the stream until then.
      exchange.run(() -> exchange.response.informational(100, new DefaultHttpHeaders()));
      RawHttp2.Frame interim = client.await(HEADERS);
      assertThat(java.util.Objects.requireNonNull(interim.headers()).status()).hasToString("100");
      assertThat(interim.has(END_STREAM)).isFalse();
      client.data(1, true, "abc");
      assertThat(client.response(1).body()).isEqualTo("abc");
    }
  }

  @Test
  @DisplayName("rule 111: who waits for 100 is refused without it; an unknown expectation is 417")
  void expectContinue_refused() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", "expect", "100-continue");
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.heads()).hasSize(1);
      assertThat(client.await(RawHttp2.RST_STREAM).error()).isEqualTo(NO_ERROR);
      client.request(3, false, "POST", "/a", "expect", "200-ok");
      assertThat(client.response(3).status()).isEqualTo(417);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  @DisplayName("rule 113: a 204 has no length, a 304 may have one; both end with their head")
  void bodiless_withLength(int status) {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          var fields = new DefaultHttpHeaders().set("etag", "\"1\"");
          e.response.head(status, "", fields, status == 204 ? 0 : 7);
          e.response.end(EmptyHttpHeaders.INSTANCE);
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1);
      RawHttp2.Frame head = client.await(HEADERS);
      assertThat(head.has(END_STREAM)).isTrue();
      CharSequence length = java.util.Objects.requireNonNull(head.headers()).get("content-length");
      if (status == 204) {
        assertThat(length).isNull();
      } else {
        assertThat(length).hasToString("7");
      }
    }
  }

  @Test
  @DisplayName("20,000 streams one after the other leave nothing behind on their connection")
  void streams_inSequence_leaveNothing() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      int stream = 1;
      long before = 0;
      for (int round = 0; round < 400; round++) {
        for (int i = 0; i < 50; i++) {
          client.get(stream + 2 * i);
        }
        for (int i = 0; i < 50; i++) {
          assertThat(client.response(stream + 2 * i).body()).isEqualTo("ok");
        }
        stream += 100;
        upstream.received.clear();
        if (round == 40) {
          before = DirectMemory.used();
        }
      }
      long after = DirectMemory.used();
      assertThat(after - before).isLessThan(1024 * 1024);
      Eventually.await("all ended", () -> server.listener().finished.size() == 20_000);
    }
  }

  @Test
  @DisplayName("8.1: a refusal before the body is read: the client sees it, and may go on")
  void largeUpload_refused_connectionStays() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      byte[] part = new byte[16_384];
      for (int stream = 1; stream < 8; stream += 2) {
        client.request(stream, false, "POST", "/a", "content-length", "52428800");
        // What a client sends before it sees the response: its windows, no more.
        for (int sent = 0; sent + part.length <= 65_535; sent += part.length) {
          client.data(stream, false, part);
        }
        RawHttp2.Response response = client.response(stream);
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.reason()).isEqualTo("no_token");
        RawHttp2.Frame reset = client.await(RawHttp2.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(stream);
        assertThat(reset.error()).isEqualTo(NO_ERROR);
      }
      ConformingServer.pings(client);
    }
  }

  @Test
  @DisplayName(
      "8.1: the response comes by itself; a client that then ends its request is not reset")
  void earlyResponse_comesBeforeReset() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      assertThat(client.response(1).status()).isEqualTo(401);
      ConformingServer.pings(client);
      client.data(1, false, "some");
      client.data(1, true, "more");
      client.get(3);
      assertThat(client.response(3).status()).isEqualTo(401);
      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
      RawHttp2.Frame next = java.util.Objects.requireNonNull(client.read());
      while (next.type() != RawHttp2.PING) {
        assertThat(next.type()).isNotIn(RawHttp2.RST_STREAM, RawHttp2.GOAWAY);
        next = java.util.Objects.requireNonNull(client.read());
      }
    }
  }

  @Test
  @DisplayName("8.1: a client that goes on sending is told to stop, and its windows come back")
  void earlyResponse_goingOn_isReset() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      ConformingServer.exchangeSettings(client);
      client.request(1, false, "POST", "/a");
      assertThat(client.response(1).status()).isEqualTo(401);
      byte[] part = new byte[16_384];
      long window = Http2Bounds.STREAM_WINDOW;
      RawHttp2.Frame next = null;
      while (next == null || next.type() != RawHttp2.RST_STREAM) {
        while (window >= part.length) {
          client.data(1, false, part);
          window -= part.length;
        }
        next = java.util.Objects.requireNonNull(client.read());
        if (next.type() == RawHttp2.WINDOW_UPDATE && next.stream() == 1) {
          window += java.nio.ByteBuffer.wrap(next.payload()).getInt();
        }
      }
      assertThat(next.error()).isEqualTo(NO_ERROR);
      ConformingServer.pings(client);
    }
  }
}
