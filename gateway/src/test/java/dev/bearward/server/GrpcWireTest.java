package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import dev.bearward.testing.RawUpstream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What gRPC calls look like on the wire on both sides of the gateway, frame by frame. */
class GrpcWireTest {
  private static final String MESSAGE = "\0\0\0\0\2hi";
  private static final String COMPRESSED = "\1\0\0\0\3\u001f\u008b\b";

  private static Http2Headers grpcHead() {
    return Http2Upstream.fields(":status", "200", "content-type", "application/grpc");
  }

  private static Http2Headers ok() {
    return Http2Upstream.fields("grpc-status", "0");
  }

  private static Proxied before(Http2Upstream upstream) {
    return Proxied.beforeHttp2(upstream.port(), Gates.open());
  }

  private static void call(RawHttp2 client, int stream, boolean last, String... fields) {
    var all = new ArrayList<>(List.of("content-type", "application/grpc", "te", "trailers"));
    all.addAll(List.of(fields));
    client.request(stream, false, "POST", "/a.B/C", all.toArray(String[]::new));
    client.data(stream, last, MESSAGE);
  }

  private static String text(Http2Headers fields, String name) {
    return String.valueOf(fields.get(name));
  }

  @Test
  @DisplayName(
      "rules 88, 144: metadata, deadline, compressed messages and trailers pass as they are")
  void call_withEverything_passesUnaltered() {
    String large = "x".repeat(9_000);
    String details = "CAUSBW9vcHMh".repeat(1_000);
    try (var upstream =
            Http2Upstream.start(
                new Http2Settings().maxHeaderListSize(64 * 1024),
                new Http2Upstream.Script() {
                  @Override
                  public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {
                    stream.headers(
                        grpcHead()
                            .add("grpc-encoding", "gzip")
                            .add("grpc-accept-encoding", "identity,gzip")
                            .add("m-bin", "AAEC/w")
                            .add("m-bin", "/w")
                            .add("large", large),
                        false);
                  }

                  @Override
                  public void data(Http2Upstream.Stream stream, String part, boolean ends) {
                    if (ends) {
                      stream.data(COMPRESSED, false);
                      stream.headers(
                          Http2Upstream.fields(
                              "grpc-status",
                              "9",
                              "grpc-message",
                              "100 %25 f%C3%BCll",
                              "grpc-status-details-bin",
                              details),
                          true);
                    }
                  }
                });
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(
          client,
          1,
          true,
          "grpc-timeout",
          "1500m",
          "grpc-encoding",
          "gzip",
          "m-bin",
          "AAEC/w",
          "m-bin",
          "/w",
          "large",
          large);
      RawHttp2.Response response = client.response(1);
      Http2Headers seen = upstream.heads().getFirst();
      assertThat(text(seen, "grpc-timeout")).isEqualTo("1500m");
      assertThat(text(seen, "grpc-encoding")).isEqualTo("gzip");
      assertThat(seen.getAll("te")).hasToString("[trailers]");
      assertThat(seen.getAll("m-bin")).hasToString("[AAEC/w, /w]");
      assertThat(text(seen, "large")).isEqualTo(large);
      assertThat(response.header("grpc-encoding")).isEqualTo("gzip");
      assertThat(response.header("large")).isEqualTo(large);
      assertThat(response.heads().getLast().getAll("m-bin")).hasToString("[AAEC/w, /w]");
      assertThat(response.body()).isEqualTo(COMPRESSED);
      Http2Headers trailers = requireNonNull(response.trailers());
      assertThat(text(trailers, "grpc-status")).isEqualTo("9");
      assertThat(text(trailers, "grpc-message")).isEqualTo("100 %25 f%C3%BCll");
      assertThat(text(trailers, "grpc-status-details-bin")).isEqualTo(details);
    }
  }

  @Test
  @DisplayName("rule 144: a response of trailers only is one header section that ends the stream")
  void response_trailersOnly_staysThat() {
    try (var upstream =
            Http2Upstream.start((stream, head, ends) ->
                stream.headers(
                    grpcHead().add("grpc-status", "5").add("grpc-message", "no"), true));
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, true);
      RawHttp2.Frame only = client.await(RawHttp2.HEADERS);
      assertThat(only.has(RawHttp2.END_STREAM)).isTrue();
      assertThat(text(requireNonNull(only.headers()), "grpc-status")).isEqualTo("5");
    }
  }

  @Test
  @DisplayName("a response without trailers ends as it does: the client has to judge it")
  void response_withoutTrailers_endsWithItsData() {
    try (var upstream =
            Http2Upstream.start(
                (stream, head, ends) -> stream.headers(grpcHead(), false).data(MESSAGE, true));
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, true);
      RawHttp2.Response response = client.response(1);
      assertThat(response.body()).isEqualTo(MESSAGE);
      assertThat(response.trailers()).isNull();
      assertThat(response.reset()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Http2Error.class,
      names = {"NO_ERROR", "INTERNAL_ERROR", "REFUSED_STREAM", "CANCEL", "ENHANCE_YOUR_CALM"})
  @DisplayName("rules 116, 148: a stream that is reset before its response is UNAVAILABLE")
  void reset_beforeTheResponse_isUnavailable(Http2Error error) {
    try (var upstream =
            Http2Upstream.start(
                new Http2Upstream.Script() {
                  @Override
                  public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {}

                  @Override
                  public void data(Http2Upstream.Stream stream, String part, boolean ends) {
                    stream.reset(error);
                  }
                });
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, false);
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("grpc-status")).isEqualTo("14");
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.reason()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.heads()).as("its message was taken: never sent twice").hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Http2Error.class,
      names = {"NO_ERROR", "INTERNAL_ERROR", "REFUSED_STREAM", "CANCEL"})
  @DisplayName("rule 114: one that is reset in the middle of its response is reset, never ended")
  void reset_withinTheResponse_isInternalError(Http2Error error) {
    try (var upstream =
            Http2Upstream.start((stream, head, ends) ->
                stream.headers(grpcHead(), false).data(MESSAGE, false).reset(error));
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, true);
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.INTERNAL_ERROR);
      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
      assertThat(client.await(RawHttp2.PING).has(RawHttp2.ACK)).isTrue();
    }
  }

  @Test
  @DisplayName("RFC 9113 section 8.1: NO_ERROR behind a whole response ends the upload, not that")
  void reset_behindTheResponse_leavesItWhole() {
    try (var upstream =
            Http2Upstream.start(
                new Http2Upstream.Script() {
                  @Override
                  public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {}

                  @Override
                  public void data(Http2Upstream.Stream stream, String part, boolean ends) {
                    stream
                        .headers(grpcHead().add("grpc-status", "0"), true)
                        .reset(Http2Error.NO_ERROR);
                  }
                });
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, false);
      RawHttp2.Response response = client.response(1);
      assertThat(response.header("grpc-status")).isEqualTo("0");
      assertThat(gateway.server().listener().outcome(0).complete()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 5, 7, 8, 11})
  @DisplayName("rule 140: however a client resets its stream, the upstream's is cancelled")
  void reset_ofTheClient_cancelsUpstream(int code) {
    try (var upstream =
            Http2Upstream.start((stream, head, ends) -> stream.headers(grpcHead(), false));
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, false);
      client.await(RawHttp2.HEADERS);
      client.frame(RawHttp2.RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) code);
      upstream.awaitEvent("RST_STREAM 3 CANCEL");
    }
  }

  @Test
  @DisplayName("rule 142: a call that is under way when the upstream says GOAWAY comes to its end")
  void goAway_duringACall_isNoEndOfIt() {
    try (var upstream =
            Http2Upstream.start((stream, head, ends) -> stream.headers(grpcHead(), false));
        var gateway = before(upstream);
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, true);
      client.await(RawHttp2.HEADERS);
      Http2Upstream.Stream first = upstream.stream(0);
      first.goAway(3);
      first.data(MESSAGE, false);
      assertThat(client.await(RawHttp2.DATA).payload()).hasSize(MESSAGE.length());
      call(client, 3, true);
      client.await(RawHttp2.HEADERS);
      assertThat(upstream.connections()).as("no new call on the old connection").isEqualTo(2);
      first.headers(ok(), true);
      assertThat(requireNonNull(client.response(1).trailers()).get("grpc-status")).hasToString("0");
      Eventually.await("the old connection's end", () -> !first.isConnected());
      upstream.stream(1).headers(ok(), true);
      assertThat(requireNonNull(client.response(3).trailers()).get("grpc-status")).hasToString("0");
    }
  }

  @Test
  @DisplayName("rules 119, 144: trailers of an HTTP/2 upstream reach an HTTP/1.1 client in its way")
  void trailers_towardsHttp1Client_areChunkedTrailers() throws Exception {
    try (var upstream =
            Http2Upstream.start((stream, head, ends) ->
                stream.headers(grpcHead(), false).data(MESSAGE, false).headers(ok(), true));
        var gateway = before(upstream);
        var client = gateway.server().connect()) {
      client.send(
          "POST /a.B/C HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE\r\n"
              + "Content-Type: application/grpc\r\nContent-Length: 7\r\n\r\n"
              + MESSAGE);
      assertThat(client.wire().readHead())
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("transfer-encoding: chunked");
      assertThat(client.wire().readUntil("\r\n\r\n"))
          .isEqualTo("7\r\n" + MESSAGE + "\r\n0\r\ngrpc-status: 0\r\n\r\n");
      assertThat(upstream.heads().getFirst().getAll("te")).hasToString("[trailers]");
    }
  }

  @Test
  @DisplayName("rules 119, 144: trailers of an HTTP/1.1 upstream reach an HTTP/2 client in its way")
  void trailers_ofHttp1Upstream_areTrailers() {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.readUntil("0\r\n\r\n");
              wire.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"
                      + "Transfer-Encoding: chunked\r\nTrailer: grpc-status\r\n\r\n7\r\n"
                      + MESSAGE
                      + "\r\n0\r\ngrpc-status: 0\r\nContent-Length: 3\r\n\r\n");
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      call(client, 1, true);
      RawHttp2.Response response = client.response(1);
      assertThat(response.body()).isEqualTo(MESSAGE);
      Http2Headers trailers = requireNonNull(response.trailers());
      assertThat(trailers.get("grpc-status")).hasToString("0");
      assertThat(trailers.get("content-length")).isNull();
    }
  }

  // gRPC-Web: ordinary HTTP.

  private static final String WEB_TRAILERS = "\u0080\0\0\0\u000fgrpc-status:0\r\n";
  private static final String WEB_REQUEST =
      "POST /a.B/C HTTP/1.1\r\nHost: h\r\nOrigin: https://spa\r\n"
          + "Content-Type: application/grpc-web+proto\r\nX-Grpc-Web: 1\r\nContent-Length: 7\r\n\r\n"
          + MESSAGE;

  private static Http2Upstream web() {
    return Http2Upstream.start(
        new Http2Upstream.Script() {
          @Override
          public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {}

          @Override
          public void data(Http2Upstream.Stream stream, String part, boolean ends) {
            if (ends) {
              stream.headers(
                  Http2Upstream.fields(
                      ":status", "200", "content-type", "application/grpc-web+proto"),
                  false);
              stream.data(part + WEB_TRAILERS, true);
            }
          }
        });
  }

  @Test
  @DisplayName("gRPC-Web passes over HTTP/1.1 and HTTP/2, its trailers inside the body, no TE made")
  void web_call_passes() {
    try (var upstream = web();
        var gateway = Proxied.beforeHttp2(upstream.port(), Gates.until(later()));
        var http1 = gateway.server().connect();
        var http2 = RawHttp2.connect(gateway.server())) {
      assertThat(http1.exchange(WEB_REQUEST).body()).isEqualTo(MESSAGE + WEB_TRAILERS);
      http2.request(1, false, "POST", "/a.B/C", "content-type", "application/grpc-web+proto");
      http2.data(1, true, MESSAGE);
      RawHttp2.Response response = http2.response(1);
      assertThat(response.body()).isEqualTo(MESSAGE + WEB_TRAILERS);
      assertThat(response.header("content-type")).isEqualTo("application/grpc-web+proto");
      assertThat(upstream.heads()).hasSize(2).allMatch(head -> head.get("te") == null);
    }
  }

  private static long later() {
    return System.currentTimeMillis() + 3_600_000;
  }

  @Test
  @DisplayName("rules 148, 163: gRPC-Web is refused by HTTP status, which scripts can read by CORS")
  void web_refusal_isOrdinaryHttp() {
    var cors = List.of(new Header("Access-Control-Allow-Origin", "https://spa"));
    try (var gateway = Proxied.before(1, Gates.cors(List.of(), cors), TestServer.TIMEOUTS);
        var http1 = gateway.server().connect();
        var http2 = RawHttp2.connect(gateway.server())) {
      RawClient.Response refused = http1.exchange(WEB_REQUEST);
      assertThat(refused.status()).isEqualTo(502);
      assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
      assertThat(refused.header("access-control-allow-origin")).isEqualTo("https://spa");
      http2.request(1, true, "POST", "/a.B/C", "content-type", "application/grpc-web-text");
      RawHttp2.Response response = http2.response(1);
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.header("grpc-status")).isNull();
      assertThat(response.header("access-control-allow-origin")).isEqualTo("https://spa");
    }
  }
}
