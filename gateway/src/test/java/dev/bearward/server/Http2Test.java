package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Http2Test {
  @Test
  @DisplayName("prior knowledge: a request over HTTP/2 is decided, forwarded and answered")
  void get_isAnswered() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "hello", "X-A", "1"));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1, "x-b", "2");
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("hello");
      assertThat(response.header("x-a")).isEqualTo("1");
      assertThat(response.header("content-length")).isEqualTo("5");
      assertThat(response.header("date")).isNotNull();
      assertThat(response.header("x-request-id")).hasSize(32);
      var got = upstream.exchange(0).head;
      assertThat(got.method()).isEqualTo("GET");
      assertThat(got.path().value()).isEqualTo("/a");
      assertThat(got.authority().value()).isEqualTo("h");
      assertThat(got.headers().first("x-b")).isEqualTo("2");
      Outcome outcome = server.listener().outcome(0);
      assertThat(outcome.status()).isEqualTo(200);
      assertThat(outcome.complete()).isTrue();
      assertThat(outcome.bytesOut()).isEqualTo(5);
      assertThat(server.listener().opened).hasValue(1);
    }
  }

  @Test
  @DisplayName("many streams at once are answered, each with its own response")
  void streams_areIndependent() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, e.head.path().value()));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      for (int i = 0; i < 50; i++) {
        client.request(2 * i + 1, true, "GET", "/" + i);
      }
      for (int i = 49; i >= 0; i--) {
        assertThat(client.response(2 * i + 1).body()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  @DisplayName(
      "a request body with trailers goes upstream, the response's trailers come back (144)")
  void post_withTrailers() {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          e.response.head(200, "OK", new DefaultHttpHeaders(), -1);
          e.part("out");
          e.response.end(new DefaultHttpHeaders().set("grpc-status", "0"));
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", "te", "trailers");
      client.data(1, false, "one");
      client.data(1, false, "two");
      client.headers(1, true, "x-sum", "9");
      RawHttp2.Response response = client.response(1);
      assertThat(response.body()).isEqualTo("out");
      assertThat(requireNonNull(response.trailers()).get("grpc-status")).hasToString("0");
      var got = upstream.exchange(0);
      assertThat(got.framing.length()).isEqualTo(-1);
      assertThat(got.body()).isEqualTo("onetwo");
      assertThat(requireNonNull(got.trailers).get("x-sum")).isEqualTo("9");
    }
  }

  @Test
  @DisplayName("rule 112: interim responses are HEADERS of their own, 103 included")
  void interim_isForwarded() {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          e.response.informational(103, new DefaultHttpHeaders().set("link", "</s>"));
          e.answer(200, "ok");
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1);
      RawHttp2.Response response = client.response(1);
      assertThat(response.heads()).hasSize(2);
      assertThat(response.heads().getFirst().status()).hasToString("103");
      assertThat(response.heads().getFirst().get("link")).hasToString("</s>");
      assertThat(response.status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 113: HEAD, 204 and 304 end with their head")
  void bodiless_endWithHead() {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          int status = Integer.parseInt(e.head.path().value().substring(1));
          e.response.head(status, "", new DefaultHttpHeaders(), status == 204 ? 0 : 7);
          e.response.end(EmptyHttpHeaders.INSTANCE);
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, true, "HEAD", "/200");
      client.request(3, true, "GET", "/204");
      client.request(5, true, "GET", "/304");
      assertThat(client.response(1).header("content-length")).isEqualTo("7");
      assertThat(client.response(3).header("content-length")).isNull();
      assertThat(client.response(5).body()).isEmpty();
    }
  }

  @Test
  @DisplayName("a refusal carries its problem document, and the stream is not needed any more")
  void refusal_isWritten() {
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a");
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.reason()).isEqualTo("no_token");
      assertThat(response.header("cache-control")).isEqualTo("no-store");
      assertThat(client.await(RawHttp2.RST_STREAM).error()).isEqualTo(Http2Error.NO_ERROR);
      client.get(3);
      assertThat(client.response(3).status()).isEqualTo(401);
    }
  }

  @Test
  @DisplayName("rule 134: cookie crumbs are one field again")
  void cookies_areJoined() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1, "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c=3; d=4");
      assertThat(client.response(1).status()).isEqualTo(200);
      assertThat(upstream.exchange(0).head.headers().all("cookie"))
          .isEqualTo(List.of("a=1; b=2; c=3; d=4"));
    }
  }

  @Test
  @DisplayName("rule 140: when the client takes a request back, the upstream's work is cancelled")
  void reset_cancelsUpstream() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.get(1);
      var exchange = upstream.exchange(0);
      client.reset(1);
      Eventually.await("cancelled", () -> exchange.cancelled);
      assertThat(server.listener().outcome(0).status()).isZero();
    }
  }

  @Test
  @DisplayName("rule 114: a response that breaks off is a reset stream, and the connection goes on")
  void brokenResponse_isReset() {
    var upstream =
        RecordingForwarder.whenComplete(e -> {
          if (e.head.path().value().equals("/broken")) {
            e.response.head(200, "OK", new DefaultHttpHeaders(), 10);
            e.part("12345");
            e.response.fail(Reason.UPSTREAM_RESET);
          } else {
            e.answer(200, "ok");
          }
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, true, "GET", "/broken");
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.INTERNAL_ERROR);
      client.get(3);
      assertThat(client.response(3).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("the settings say what is held: streams, windows, sizes, extended CONNECT")
  void settings_areSent() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      byte[] payload = client.await(RawHttp2.SETTINGS).payload();
      var settings = new java.util.TreeMap<Integer, Integer>();
      var in = java.nio.ByteBuffer.wrap(payload);
      while (in.hasRemaining()) {
        settings.put((int) in.getShort(), in.getInt());
      }
      assertThat(settings)
          .containsEntry(3, Http2Bounds.MAX_STREAMS)
          .containsEntry(4, Http2Bounds.STREAM_WINDOW)
          .containsEntry(8, 1)
          .containsKey(6);
    }
  }
}
