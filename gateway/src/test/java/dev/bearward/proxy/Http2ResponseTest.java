package dev.bearward.proxy;

import static dev.bearward.testing.Http2Upstream.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the responses of an upstream that speaks HTTP/2. */
class Http2ResponseTest {
  private static final Http2Headers OK = fields(":status", "200");

  /** HEADERS on stream 3: status 200 as HPACK's table has it. */
  private static final byte[] SECOND_HEAD = {0, 0, 1, 1, 4, 0, 0, 0, 3, (byte) 0x88};

  /** The same, behind a field. */
  private static final byte[] LATE_STATUS = {
    0, 0, 6, 1, 4, 0, 0, 0, 3, 0, 1, 'x', 1, '1', (byte) 0x88
  };

  private static ProxySetup before(Http2Upstream upstream) {
    return ProxySetup.before(ProxySetup.http2(ProxySetup.onPort(upstream.port())));
  }

  private static Http2Upstream playing(Consumer<Http2Upstream.Stream> script) {
    return Http2Upstream.start((stream, head, ends) -> script.accept(stream));
  }

  private static RecordedResponse relay(
      TestRequest request, Consumer<Http2Upstream.Stream> script) {
    try (Http2Upstream upstream = playing(script);
        ProxySetup proxy = before(upstream)) {
      return proxy.exchange(request);
    }
  }

  private static RecordedResponse relay(Consumer<Http2Upstream.Stream> script) {
    return relay(TestRequest.get("/"), script);
  }

  @Test
  void relay_declaredLength_isGivenWhole() {
    RecordedResponse response =
        relay(stream ->
            stream
                .headers(
                    fields(":status", "203", "content-length", "5", "x-a", "1", "x-a", "2"), false)
                .data("hel", false)
                .data("lo", true));
    assertThat(response.failure()).isNull();
    assertThat(response.status()).isEqualTo(203);
    assertThat(response.phrase()).isEqualTo("Non-Authoritative Information");
    assertThat(response.length()).isEqualTo(5);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.headers().getAll("X-A")).containsExactly("1", "2");
    assertThat(response.headers().contains("Content-Length")).isFalse();
  }

  @Test
  @DisplayName("rule 120: Set-Cookie is never joined")
  void relay_cookies_keepTheirLines() {
    RecordedResponse response =
        relay(stream ->
            stream.headers(
                fields(":status", "200", "set-cookie", "a=1", "set-cookie", "b=2"), true));
    assertThat(response.headers().getAll("Set-Cookie")).containsExactly("a=1", "b=2");
    assertThat(response.length()).isZero();
  }

  @Test
  void relay_noLength_endsWithTheStream() {
    RecordedResponse response =
        relay(stream -> stream.headers(OK, false).data("abc", false).data("", true));
    assertThat(response.length()).isEqualTo(-1);
    assertThat(response.body()).isEqualTo("abc");
    assertThat(response.failure()).isNull();
  }

  @Test
  @DisplayName("rules 119, 144: trailers go on, grpc-status intact; those of the hop do not")
  void relay_trailers_areTrailers() {
    RecordedResponse response =
        relay(stream ->
            stream
                .headers(fields(":status", "200", "content-type", "application/grpc"), false)
                .data("message", false)
                .headers(
                    fields(
                        "grpc-status",
                        "7",
                        "grpc-message",
                        "no%20way",
                        "content-type",
                        "text/x",
                        "www-authenticate",
                        "Basic"),
                    true));
    assertThat(response.failure()).isNull();
    assertThat(response.trailers().names()).containsExactly("grpc-status", "grpc-message");
    assertThat(response.trailers().get("grpc-status")).isEqualTo("7");
    assertThat(response.trailers().get("grpc-message")).isEqualTo("no%20way");
  }

  @Test
  @DisplayName("rule 144: a gRPC response of trailers only is a head with its fields")
  void relay_trailersOnly_isAHead() {
    RecordedResponse response =
        relay(stream -> stream.headers(fields(":status", "200", "grpc-status", "5"), true));
    assertThat(response.headers().get("grpc-status")).isEqualTo("5");
    assertThat(response.length()).isZero();
  }

  @Test
  @DisplayName("rules 111, 112: 103 goes on, 100 only to who expects it")
  void relay_interims_areRelayed() {
    RecordedResponse response =
        relay(stream ->
            stream
                .headers(fields(":status", "100"), false)
                .headers(fields(":status", "103", "link", "</a>"), false)
                .answer("200", "ok"));
    assertThat(response.interims()).containsExactly(103);
    assertThat(response.body()).isEqualTo("ok");
  }

  @Test
  @DisplayName("rule 112: interim responses are bounded")
  void relay_interimsWithoutEnd_areInvalid() {
    RecordedResponse response =
        relay(stream -> {
          for (int i = 0; i <= Exchange.MAX_INTERIM; i++) {
            stream.headers(fields(":status", "103"), false);
          }
        });
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"204", "304"})
  @DisplayName("rule 113: 204 and 304 have no body, whatever Content-Length says")
  void relay_statusWithoutBody_hasNone(String status) {
    Http2Headers head = fields(":status", status, "content-length", "7");
    RecordedResponse response = relay(stream -> stream.headers(head, true));
    assertThat(response.failure()).isNull();
    assertThat(response.length()).isEqualTo(status.equals("204") ? 0 : 7);
  }

  @Test
  @DisplayName("rule 113: a response to HEAD has no body; its Content-Length is told")
  void relay_head_tellsTheLength() {
    RecordedResponse response =
        relay(
            TestRequest.of("HEAD", "/"),
            stream -> stream.headers(fields(":status", "200", "content-length", "42"), true));
    assertThat(response.failure()).isNull();
    assertThat(response.length()).isEqualTo(42);
  }

  @Test
  @DisplayName("rules 113, 145: a body where none may be is malformed")
  void relay_bodyToHead_isInvalid() {
    RecordedResponse response =
        relay(TestRequest.of("HEAD", "/"), stream -> stream.headers(OK, false).data("body", true));
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
    assertThat(response.body()).isEmpty();
  }

  private static Http2Headers with(String name, String value) {
    return new DefaultHttp2Headers(false).add(":status", "200").add(name, value);
  }

  static Stream<Http2Headers> malformedHeads() {
    return Stream.of(
        with("X-Upper", "1"),
        with("connection", "close"),
        with("keep-alive", "timeout=5"),
        with("proxy-connection", "keep-alive"),
        with("transfer-encoding", "chunked"),
        with("upgrade", "h2c"),
        with("x-nul", "a\0b"),
        with("x-cr", "a\rb"),
        with("x-lf", "a\nb"),
        with("x-bell", "a\u0007b"),
        with("x-space", " a"),
        with("x-space", "a "),
        with("bad name", "1"),
        with("bad:name", "1"),
        with(":path", "/"),
        with(":unknown", "1"),
        with("content-length", "x"),
        with("content-length", "+1"),
        with("content-length", "1, 1"),
        with("content-length", "-1"),
        fields(":status", "200", "content-length", "1", "content-length", "1"),
        fields(":status", "200", ":status", "200"),
        fields("x-no-status", "1"),
        fields(":status", ""),
        fields(":status", "20"),
        fields(":status", "2000"),
        fields(":status", "2x0"),
        fields(":status", "099"),
        fields(":status", "600"),
        fields(":status", "101"));
  }

  @ParameterizedTest
  @MethodSource("malformedHeads")
  @DisplayName("rules 88, 115, 130, 145: a malformed head is 502, resets its stream and no other")
  void relay_malformedHead_isInvalid(Http2Headers malformed) {
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              if (head.path().toString().equals("/good")) {
                stream.answer("200", "ok");
              } else {
                stream.headers(malformed, false);
              }
            });
        ProxySetup proxy = before(upstream)) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/bad"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      assertThat(response.status()).isZero();
      upstream.awaitEvent("RST_STREAM 3");
      assertThat(proxy.exchange(TestRequest.get("/good")).body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("rule 145: an interim head that ends the stream is malformed")
  void relay_interimThatEnds_isInvalid() {
    RecordedResponse response = relay(stream -> stream.headers(fields(":status", "103"), true));
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
  }

  @Test
  @DisplayName("rules 114, 145: a body that is shorter or longer than declared is aborted")
  void relay_otherLengthThanDeclared_isAborted() {
    Http2Headers five = fields(":status", "200", "content-length", "5");
    for (String body : List.of("four", "sixsix", "")) {
      RecordedResponse response = relay(stream -> stream.headers(five, false).data(body, true));
      assertThat(response.failure()).as(body).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      assertThat(response.status()).isEqualTo(200);
    }
    RecordedResponse none = relay(stream -> stream.headers(five, true));
    assertThat(none.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
    assertThat(none.status()).isZero();
    RecordedResponse trailers =
        relay(stream -> stream.headers(five, false).headers(fields("x-sum", "1"), true));
    assertThat(trailers.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
  }

  @Test
  @DisplayName("rule 145: DATA before a head, a second head, pseudo-header fields in trailers")
  void relay_framesOutOfOrder_areInvalid() {
    List<Consumer<Http2Upstream.Stream>> scripts =
        List.of(
            stream -> stream.data("early", false),
            stream -> stream.headers(OK, false).raw(SECOND_HEAD, 1),
            stream -> stream.raw(LATE_STATUS, 1),
            stream -> stream.headers(OK, false).headers(fields(":status", "200"), true));
    for (Consumer<Http2Upstream.Stream> script : scripts) {
      assertThat(relay(script).failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
    }
  }

  @Test
  @DisplayName("a head larger than the limit is invalid; other streams go on")
  void relay_largeHead_isInvalid() {
    Http2Headers large = fields(":status", "200", "x-large", "x".repeat(HeadGuard.MAX_BYTES));
    Http2Headers many = new DefaultHttp2Headers(false).add(":status", "200");
    for (int i = 0; i <= HeadGuard.MAX_FIELDS; i++) {
      many.add("x", "1");
    }
    for (Http2Headers head : List.of(large, many)) {
      assertThat(relay(stream -> stream.headers(head, true)).failure())
          .isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
    }
  }

  @Test
  @DisplayName("rule 114: a reset is an abort, before the head and after it")
  void relay_reset_isTold() {
    RecordedResponse before = relay(stream -> stream.reset(Http2Error.INTERNAL_ERROR));
    assertThat(before.failure()).isEqualTo(Reason.UPSTREAM_RESET);
    RecordedResponse within =
        relay(stream -> stream.headers(OK, false).data("part", false).reset(Http2Error.CANCEL));
    assertThat(within.failure()).isEqualTo(Reason.UPSTREAM_RESET);
    assertThat(within.status()).isEqualTo(200);
  }

  @Test
  @DisplayName("rule 114: the end of the connection is an abort for all that is on it")
  void relay_connectionGone_isTold() {
    try (Http2Upstream upstream = playing(stream -> stream.headers(OK, false).data("part", false));
        ProxySetup proxy = before(upstream)) {
      Running one = proxy.send(TestRequest.get("/1"));
      Running other = proxy.send(TestRequest.get("/2"));
      one.response().awaitHead();
      other.response().awaitHead();
      upstream.stream(1).closeConnection();
      assertThat(one.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(other.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("rule 136: a slow client bounds what its upstream may send, and no other stream")
  void relay_clientThatDoesNotRead_holdsItsWindowOnly() {
    String part = "x".repeat(16 * 1024);
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              if (head.path().toString().equals("/large")) {
                stream.headers(OK, false);
                for (int i = 0; i < 256; i++) {
                  stream.data(part, i == 255);
                }
              } else {
                stream.answer("200", "quick");
              }
            });
        ProxySetup proxy = before(upstream)) {
      Running slow = proxy.send(TestRequest.get("/large"));
      slow.response().setWritable(false);
      for (int i = 0; i < 50; i++) {
        assertThat(proxy.exchange(TestRequest.get("/" + i)).body()).isEqualTo("quick");
      }
      assertThat(slow.response().bodyBytes()).isLessThanOrEqualTo(Http2Codec.STREAM_WINDOW);
      slow.clientWritable();
      assertThat(slow.response().await().bodyBytes()).isEqualTo(256L * 16 * 1024);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("rule 140: a client that goes away is told upstream")
  void cancel_inTheMiddle_resetsTheStream() {
    try (Http2Upstream upstream = playing(stream -> stream.headers(OK, false).data("part", false));
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.get("/"));
      Eventually.await("a part", () -> running.response().bodyBytes() == 4);
      running.cancel();
      upstream.awaitEvent("RST_STREAM 3 CANCEL");
      proxy.awaitIdle(1);
      assertThat(running.response().isOver()).isFalse();
    }
  }
}
