package dev.bearward.proxy;

import static dev.bearward.testing.Http2Upstream.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams that send frames for the sake of it, or frames that nobody may send. */
class Http2FloodTest {
  private static final int FLOOD = 4 * FrameGuard.PER_SECOND;

  private static ProxySetup before(Http2Upstream upstream) {
    return ProxySetup.before(ProxySetup.http2(ProxySetup.onPort(upstream.port())));
  }

  private static byte[] frame(int length, int type, int flags, int stream) {
    byte[] frame = new byte[9 + length];
    frame[2] = (byte) length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[8] = (byte) stream;
    return frame;
  }

  private static byte[] windowUpdate() {
    byte[] frame = frame(4, 8, 0, 0);
    frame[12] = 1;
    return frame;
  }

  static Stream<Arguments> floods() {
    return Stream.of(
        Arguments.of("PING", frame(8, 6, 0, 0)),
        Arguments.of("PING acknowledged", frame(8, 6, 1, 0)),
        Arguments.of("SETTINGS", frame(0, 4, 0, 0)),
        Arguments.of("PRIORITY", frame(5, 2, 0, 5)),
        Arguments.of("empty DATA", frame(0, 0, 0, 3)),
        Arguments.of("RST_STREAM of a stream that is over", frame(4, 3, 0, 1)),
        Arguments.of("an unknown frame", frame(0, 0x42, 0, 3)),
        Arguments.of("WINDOW_UPDATE", windowUpdate()));
  }

  @ParameterizedTest
  @MethodSource("floods")
  @DisplayName("rules 140, 141: frames without content end the connection, and only that")
  void flood_endsTheConnection(String name, byte[] frame) {
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              if (head.path().toString().equals("/flood")) {
                stream.headers(fields(":status", "200"), false).raw(frame, FLOOD);
              } else {
                stream.answer("200", "ok");
              }
            });
        ProxySetup proxy = before(upstream)) {
      RecordedResponse flooded = proxy.exchange(TestRequest.get("/flood"));
      assertThat(flooded.failure()).as(name).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      Eventually.await("closed", () -> upstream.openConnections() == 0);
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 139: so do CONTINUATION frames without end")
  void flood_continuations_endsTheConnection() {
    byte[] open = frame(0, 1, 0, 3);
    byte[] more = frame(0, 9, 0, 3);
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              stream.raw(open, 1);
              stream.raw(more, FLOOD);
            });
        ProxySetup proxy = before(upstream)) {
      RecordedResponse flooded = proxy.exchange(TestRequest.get("/"));
      assertThat(flooded.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      Eventually.await("closed", () -> upstream.openConnections() == 0);
    }
  }

  @Test
  @DisplayName("PINGs beside a body are nothing unusual: gRPC servers send them")
  void pings_besideContent_areAnswered() {
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              stream.headers(fields(":status", "200"), false);
              for (int i = 0; i < FLOOD; i++) {
                stream.data("x", i == FLOOD - 1);
                if (i % 2 == 0) {
                  stream.raw(frame(8, 6, 0, 0), 1);
                }
              }
            });
        ProxySetup proxy = before(upstream)) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isNull();
      assertThat(response.bodyBytes()).isEqualTo(FLOOD);
    }
  }

  @Test
  @DisplayName("rule 147: a push is an error of the connection, and reaches no client")
  void push_endsTheConnection() {
    byte[] promise = frame(5, 5, 4, 3);
    promise[12] = 2;
    promise[13] = (byte) 0x82;
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> stream.raw(promise, 1));
        ProxySetup proxy = before(upstream)) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      upstream.awaitEvent("GOAWAY PROTOCOL_ERROR");
    }
  }

  @Test
  @DisplayName("rules 145, 147: nor does a response on a stream that the upstream opened itself")
  void response_onAStreamOfTheUpstreams_endsTheConnection() {
    byte[] response = frame(1, 1, 5, 2);
    response[9] = (byte) 0x88;
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> stream.raw(response, 1));
        ProxySetup proxy = before(upstream)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      upstream.awaitEvent("GOAWAY PROTOCOL_ERROR");
    }
  }

  @Test
  @DisplayName("rule 137: a window that overflows is an error of its stream or connection")
  void windowOverflow_isAnError() {
    byte[] update = frame(4, 8, 0, 0);
    update[9] = 0x7f;
    update[10] = (byte) 0xff;
    update[11] = (byte) 0xff;
    update[12] = (byte) 0xff;
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> stream.raw(update, 1));
        ProxySetup proxy = before(upstream)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      upstream.awaitEvent("GOAWAY FLOW_CONTROL_ERROR");
    }
  }
}
