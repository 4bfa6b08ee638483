package dev.bearward.server;

import static dev.bearward.server.RawHttp2.DATA;
import static dev.bearward.server.RawHttp2.HEADERS;
import static dev.bearward.server.RawHttp2.PING;
import static io.netty.handler.codec.http2.Http2Error.FLOW_CONTROL_ERROR;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 9113 section 6.9: windows, those of the client and ours. */
class Http2WindowsConformanceTest {
  private static final int INITIAL_WINDOW_SIZE = 4;

  private static TestServer answering(String body) {
    return TestServer.start(
        Gates.open(), RecordingForwarder.whenComplete(e -> e.answer(200, body)));
  }

  /** The bytes of DATA that come before an answer to PING. */
  private static int dataBeforePing(RawHttp2 client) {
    client.frame(PING, 0, 0, new byte[8]);
    int bytes = 0;
    RawHttp2.Frame frame = requireNonNull(client.read());
    while (frame.type() != PING) {
      bytes += frame.type() == DATA ? frame.payload().length : 0;
      frame = requireNonNull(client.read());
    }
    return bytes;
  }

  @Test
  @DisplayName("6.9.1: a window of 1 is a byte of DATA; the last of two values in one frame holds")
  void window_ofOne_isObeyed() {
    try (var server = answering("hello");
        var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 100, INITIAL_WINDOW_SIZE, 1)) {
      client.get(1);
      assertThat(client.await(DATA).payload()).isEqualTo(new byte[] {'h'});
      assertThat(dataBeforePing(client)).isZero();
      client.window(1, 4);
      assertThat(client.await(DATA).payload())
          .isEqualTo("ello".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  @DisplayName("6.9.2: new settings open the windows of streams that are open")
  void window_opensWithSettings() {
    try (var server = answering("hello");
        var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 0)) {
      client.get(1);
      client.await(HEADERS);
      assertThat(dataBeforePing(client)).isZero();
      client.settings(INITIAL_WINDOW_SIZE, 1);
      assertThat(client.await(DATA).payload()).isEqualTo(new byte[] {'h'});
    }
  }

  @Test
  @DisplayName("6.9.2: a window that new settings made negative has to be opened beyond zero")
  void window_negative_isRespected() {
    try (var server = answering("hello, world");
        var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 3)) {
      client.get(1);
      assertThat(client.await(DATA).payload()).hasSize(3);
      client.settings(INITIAL_WINDOW_SIZE, 1);
      client.window(1, 1);
      assertThat(dataBeforePing(client)).isZero();
      client.window(1, 1);
      assertThat(dataBeforePing(client)).isZero();
      client.window(1, 2);
      assertThat(client.await(DATA).payload()).hasSize(2);
    }
  }

  @Test
  @DisplayName("6.9: the connection's window holds for all streams together")
  void window_ofConnection_isObeyed() {
    try (var server = answering("x".repeat(40_000));
        var client = RawHttp2.connect(server, INITIAL_WINDOW_SIZE, 100_000)) {
      client.get(1);
      client.get(3);
      int bytes = 0;
      while (bytes < 65_535) {
        bytes += client.await(DATA).payload().length;
      }
      assertThat(bytes).isEqualTo(65_535);
      assertThat(dataBeforePing(client)).isZero();
      client.window(0, 80_000 - bytes);
      while (bytes < 80_000) {
        bytes += client.await(DATA).payload().length;
      }
    }
  }

  @Test
  @DisplayName("6.9: DATA beyond the announced window are FLOW_CONTROL_ERROR")
  void window_ofServer_isHeld() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      ConformingServer.exchangeSettings(client);
      client.request(1, false, "POST", "/a");
      upstream.exchange(0).wants = false;
      byte[] part = new byte[16_384];
      for (int sent = 0; sent <= Http2Bounds.STREAM_WINDOW; sent += part.length) {
        client.data(1, false, part);
      }
      assertThat(client.resetOf(1)).isEqualTo(FLOW_CONTROL_ERROR);
      ConformingServer.pings(client);
    }
  }
}
