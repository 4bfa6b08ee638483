package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rule 157 on streams of HTTP/2: what lasts ends with its token. */
class Http2ExpiryTest {
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: ";

  /** Lets an upstream go on once the token is over. */
  private final CountDownLatch over = new CountDownLatch(1);

  private void awaitOver() {
    try {
      assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Proxied closing(RawUpstream upstream) {
    return closing(upstream, System.currentTimeMillis() + 700);
  }

  private static Proxied closing(RawUpstream upstream, long millis) {
    return Proxied.before(upstream.port(), Gates.until(millis), TestServer.TIMEOUTS);
  }

  private static RawUpstream sending(String response) {
    return RawUpstream.start(wire -> {
      wire.readHead();
      wire.send(response);
      wire.readToEnd();
    });
  }

  private static void ended(Proxied gateway, RawUpstream upstream, Lasting kind, boolean whole) {
    Outcome outcome = gateway.server().listener().outcome(0);
    assertThat(outcome.closedAtExpiry()).isEqualTo(kind);
    assertThat(outcome.complete()).isEqualTo(whole);
    Eventually.await("upstream let go", () -> upstream.conversation(0).over());
  }

  @Test
  @DisplayName("rules 148, 157: gRPC gets UNAUTHENTICATED behind its message")
  void grpc_betweenMessages_endsWithTrailers() {
    try (var upstream = sending(CHUNKED + "application/grpc\r\n\r\n7\r\n\0\0\0\0\2ok\r\n");
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      client.get(1);
      RawHttp2.Response response = client.response(1);
      assertThat(response.body()).isEqualTo("\0\0\0\0\2ok");
      Http2Headers trailers = requireNonNull(response.trailers());
      assertThat(trailers.get("grpc-status")).hasToString("16");
      assertThat(trailers.get("grpc-message")).hasToString("token expired");
      ended(gateway, upstream, Lasting.GRPC, true);
    }
  }

  @Test
  @DisplayName("rule 157: a message that never ends is reset in bounded time, never ended")
  void grpc_inTheMiddleOfAMessage_isReset() {
    try (var upstream = sending(CHUNKED + "application/grpc\r\n\r\n7\r\n\0\0\0\0\3ok\r\n");
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      client.timeout(30_000);
      client.get(1);
      RawHttp2.Response response = client.response(1);
      assertThat(response.trailers()).isNull();
      assertThat(response.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      ended(gateway, upstream, Lasting.GRPC, false);
    }
  }

  private static void call(RawHttp2 client) {
    client.request(1, false, "POST", "/a.B/C", "content-type", "application/grpc+proto");
    client.data(1, false, "\0\0\0\0\2hi");
  }

  @Test
  @DisplayName("rules 148, 157: a gRPC call without a response yet is refused when its token ends")
  void grpc_noResponseYet_isUnauthenticated() {
    try (var upstream = sending("");
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client);
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
      assertThat(response.header("grpc-status")).isEqualTo("16");
      assertThat(response.header("grpc-message")).isEqualTo(Reason.EXPIRED.detail());
      ended(gateway, upstream, Lasting.GRPC, true);
      assertThat(gateway.server().listener().outcome(0).reason()).isEqualTo(Reason.EXPIRED);
    }
  }

  @Test
  @DisplayName("rule 157: an interim response is none, the token's end is still waited for")
  void grpc_interimResponse_isUnauthenticated() {
    try (var upstream = sending("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client);
      RawHttp2.Response response = client.response(1);
      assertThat(response.heads()).hasSize(2);
      assertThat(response.header("grpc-status")).isEqualTo("16");
      ended(gateway, upstream, Lasting.GRPC, true);
    }
  }

  @Test
  @DisplayName("rule 157: a gRPC call answered by something else runs on")
  void grpc_answeredByAPage_comesWhole() {
    long end = System.currentTimeMillis() + 2_000;
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(CHUNKED + "text/html\r\n\r\n2\r\nno\r\n");
              awaitOver();
              wire.send("2\r\nne\r\n0\r\n\r\n");
              wire.readToEnd();
            });
        var gateway = closing(upstream, end);
        var client = RawHttp2.connect(gateway.server())) {
      call(client);
      client.await(RawHttp2.DATA);
      Eventually.await("the token's end", () -> System.currentTimeMillis() > end + 300);
      over.countDown();
      assertThat(client.response(1).body()).isEqualTo("ne");
      assertThat(gateway.server().listener().outcome(0).closedAtExpiry()).isNull();
    }
  }

  @Test
  @DisplayName("rule 157: a gRPC call that is answered in time is left alone")
  void grpc_answeredInTime_isWhole() {
    try (var upstream = sending(CHUNKED + "application/grpc\r\n\r\n0\r\ngrpc-status: 0\r\n\r\n");
        var gateway = closing(upstream, System.currentTimeMillis() + 60_000);
        var client = RawHttp2.connect(gateway.server())) {
      call(client);
      RawHttp2.Response response = client.response(1);
      assertThat(requireNonNull(response.trailers()).get("grpc-status")).hasToString("0");
      assertThat(gateway.server().listener().outcome(0).closedAtExpiry()).isNull();
    }
  }

  @Test
  @DisplayName("rule 157: an event stream ends its stream and no other")
  void eventStream_betweenEvents_endsItsStream() {
    try (var upstream = sending(CHUNKED + "text/event-stream\r\n\r\n9\r\ndata: 1\n\n\r\n");
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      client.get(1);
      RawHttp2.Response response = client.response(1);
      assertThat(response.body()).isEqualTo("data: 1\n\n");
      assertThat(response.reset()).isNull();
      ended(gateway, upstream, Lasting.EVENT_STREAM, true);
      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
      assertThat(client.await(RawHttp2.PING).has(RawHttp2.ACK)).isTrue();
    }
  }

  @Test
  @DisplayName("rules 157, 160: a WebSocket on a stream gets a Close, and both sides end")
  void webSocket_onAStream_isClosed() {
    String close = "\u0088\u000f\u0003\u00f0token expired";
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.send(EchoUpstream.agreement(requireNonNull(wire.readHead())));
              wire.readText(2 + 4 + 15);
              wire.send("\u0088\u0002\u0003\u00f0");
              wire.readToEnd();
            });
        var gateway = closing(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      client.headers(
          1,
          false,
          ":method",
          "CONNECT",
          ":protocol",
          "websocket",
          ":scheme",
          "http",
          ":path",
          "/chat",
          ":authority",
          "h",
          "sec-websocket-version",
          "13");
      client.await(RawHttp2.HEADERS);
      RawHttp2.Frame data = client.await(RawHttp2.DATA);
      assertThat(new String(data.payload(), StandardCharsets.ISO_8859_1)).isEqualTo(close);
      client.data(1, false, "\u0088\u0082\0\0\0\0\u0003\u00f0");
      RawHttp2.Frame last = client.await(RawHttp2.DATA);
      assertThat(last.has(RawHttp2.END_STREAM)).isTrue();
      assertThat(last.payload()).isEmpty();
      ended(gateway, upstream, Lasting.WEBSOCKET, true);
    }
  }
}
