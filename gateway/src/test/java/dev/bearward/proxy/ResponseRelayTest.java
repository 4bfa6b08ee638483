package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client's side is given for the exact bytes of an upstream. */
@SuppressWarnings("StringConcatToTextBlock") // line ends are CR LF here
class ResponseRelayTest {
  /** The upstream sends this and closes. */
  private static RecordedResponse relay(String bytes) {
    return relay(TestRequest.get("/"), bytes);
  }

  private static RecordedResponse relay(TestRequest request, String bytes) {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(bytes);
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      return proxy.exchange(request);
    }
  }

  /** The upstream sends this to the first request and stays; then the connection's fate is told. */
  private static boolean isKeptAfter(TestRequest request, String bytes) {
    try (RawUpstream upstream = RawUpstream.answering(bytes);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      assertThat(proxy.exchange(request).failure()).isNull();
      Eventually.await("connection at rest", () -> proxy.figures().active() == 0);
      return proxy.figures().idle() == 1;
    }
  }

  @Test
  void relay_lengthBody_isGivenWhole() {
    RecordedResponse response =
        relay("HTTP/1.1 203 Fine by me\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");
    assertThat(response.status()).isEqualTo(203);
    assertThat(response.phrase()).isEqualTo("Fine by me");
    assertThat(response.length()).isEqualTo(5);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.headers().get("X-A")).isEqualTo("1");
    assertThat(response.headers().contains("Content-Length")).isFalse();
    assertThat(response.trailers().isEmpty()).isTrue();
  }

  @Test
  @DisplayName("rule 119: trailers stay trailers; framing, routing and authentication ones go")
  void relay_chunkedBody_keepsHarmlessTrailers() {
    RecordedResponse response =
        relay(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5;ext=1\r\nhello\r\n0\r\n"
                + "X-Sum: 7\r\nContent-Length: 3\r\nSet-Cookie: a=b\r\nTransfer-Encoding: chunked\r\n"
                + "Host: evil\r\nWWW-Authenticate: Basic\r\ngrpc-status: 0\r\n\r\n");
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.length()).isEqualTo(-1);
    assertThat(response.trailers().names()).containsExactlyInAnyOrder("X-Sum", "grpc-status");
    assertThat(response.headers().contains("X-Sum")).isFalse();
    assertThat(response.headers().contains("Transfer-Encoding")).isFalse();
  }

  @Test
  void relay_bodyUntilClose_endsWithTheConnection() {
    RecordedResponse response = relay("HTTP/1.1 200 OK\r\n\r\nto the end");
    assertThat(response.length()).isEqualTo(-1);
    assertThat(response.body()).isEqualTo("to the end");
    assertThat(response.failure()).isNull();
  }

  @Test
  void relay_http10_isUnderstood() {
    assertThat(relay("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok").body()).isEqualTo("ok");
  }

  @Test
  void relay_noReasonPhrase_isEmpty() {
    assertThat(relay("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n").phrase()).isEmpty();
    assertThat(relay("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").phrase()).isEmpty();
  }

  @Test
  @DisplayName("rule 88: hop-by-hop fields of a response and all that its Connection names go")
  void relay_hopByHop_isRemoved() {
    RecordedResponse response =
        relay(
            "HTTP/1.1 200 OK\r\nConnection: X-Private, keep-alive\r\nconnection: X-Other\r\n"
                + "Keep-Alive: timeout=5\r\nProxy-Connection: close\r\nUpgrade: h2c\r\n"
                + "Proxy-Authenticate: Basic\r\nX-Private: 1\r\nX-Other: 1\r\nTrailer: X\r\n"
                + "Date: now\r\nContent-Length: 0\r\n\r\n");
    assertThat(response.headers().names()).containsExactly("Date");
  }

  @Test
  @DisplayName("rule 120: Set-Cookie is never joined and equal names keep their order")
  void relay_setCookies_stayApart() {
    RecordedResponse response =
        relay(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1, x\r\nset-cookie: b=2\r\nSet-Cookie: a=3\r\n"
                + "Content-Length: 0\r\n\r\n");
    assertThat(response.headers().getAll("Set-Cookie")).containsExactly("a=1, x", "b=2", "a=3");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  @DisplayName("rule 113: 204 and 304 have no body whatever Content-Length says")
  void relay_noBodyStatus_endsAtOnce(int status) {
    String bytes = "HTTP/1.1 " + status + " x\r\nContent-Length: 5\r\n\r\n";
    RecordedResponse response = relay(bytes);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.bodyBytes()).isZero();
    assertThat(response.failure()).isNull();
    assertThat(response.length()).isEqualTo(status == 204 ? 0 : 5);
    assertThat(isKeptAfter(TestRequest.get("/"), bytes)).isTrue();
  }

  @Test
  @DisplayName("rule 113: a response to HEAD has no body, its declared length is told")
  void relay_toHead_hasNoBody() {
    String bytes = "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n";
    RecordedResponse response = relay(TestRequest.of("HEAD", "/"), bytes);
    assertThat(response.length()).isEqualTo(1234);
    assertThat(response.bodyBytes()).isZero();
    assertThat(isKeptAfter(TestRequest.of("HEAD", "/"), bytes)).isTrue();
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(relay(TestRequest.of("HEAD", "/"), chunked).length()).isEqualTo(-1);
    assertThat(isKeptAfter(TestRequest.of("HEAD", "/"), chunked)).isTrue();
  }

  @Test
  @DisplayName("rule 112: interim responses are relayed, a 100 only to who expects it")
  void relay_interims_arePassedOn() {
    String bytes =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    RecordedResponse response = relay(bytes);
    assertThat(response.interims()).containsExactly(103);
    assertThat(response.body()).isEqualTo("ok");
    RecordedResponse expecting =
        relay(TestRequest.of("POST", "/").header("Expect", "100-continue").whole("body"), bytes);
    assertThat(expecting.body()).isEqualTo("ok");
  }

  @Test
  @DisplayName("rule 112: interim responses without end are refused")
  void relay_endlessInterims_isInvalid() {
    RecordedResponse response = relay("HTTP/1.1 102 Processing\r\n\r\n".repeat(50));
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
    assertThat(response.interims()).hasSize(Exchange.MAX_INTERIM);
  }

  @Test
  @DisplayName("rule 114: a body shorter than its Content-Length is an abort, not an end")
  void relay_lengthCutShort_aborts() {
    RecordedResponse response = relay("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("hello");
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_RESET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n", "5"})
  @DisplayName("rule 114: a chunked body without its end is an abort, not an end")
  void relay_chunksCutShort_aborts(String sent) {
    RecordedResponse response =
        relay("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sent);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_RESET);
  }

  @Test
  @DisplayName("rule 114: a reset is an abort even where a close would be the end")
  void relay_resetOfBodyUntilClose_aborts() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send("HTTP/1.1 200 OK\r\n\r\nhalf of it");
              conversation.readUntil("never");
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.get("/"));
      Eventually.await("first bytes", () -> running.response().bodyBytes() == 10);
      reset(upstream);
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
    }
  }

  private static void reset(RawUpstream upstream) {
    try {
      upstream.conversation(0).reset();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1",
        "Content-Length: +2",
        "Content-Length: 0x2",
        "Content-Length: 2,2",
        "Content-Length: 2 2",
        "Content-Length:",
        "Content-Length: 99999999999999999999",
        "Content-Length: 2\r\nContent-Length: 2",
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, ",
        "Transfer-Encoding:",
        "Content-Length: 2\r\nTransfer-Encoding: identity",
        "X-A: a\0b",
        "X-A: a\rb",
        "X-A: a\nContent-Length: 2",
        "X-A: a\u0001b",
        "X-A: a\r\n folded",
        "X-A: a\r\n\tfolded",
        "X-A : a",
        " X-A: a",
        ": a",
        "X-A",
        "X A: a",
        "X-\u00c4: a"
      })
  @DisplayName("rules 113, 115: an ambiguous or malformed head is 502, its connection is dropped")
  void relay_badHead_isInvalid(String fields) {
    assertInvalid("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 600 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1\t200 OK",
        "HTTP/1.1 200\tOK",
        "HTTP/2.0 200 OK",
        "HTTP/1.2 200 OK",
        "HTTP/0.9 200 OK",
        "http/1.1 200 OK",
        "ICY 200 OK",
        "\r\nHTTP/1.1 200 OK",
        " HTTP/1.1 200 OK",
        "HTTP/1.1 200 O\0K",
        "HTTP/1.1 101 Switching Protocols",
        "200 OK"
      })
  @DisplayName("rule 115: a bad status line, or a switch of protocols nobody asked for, is 502")
  void relay_badStatusLine_isInvalid(String line) {
    assertInvalid(line + "\r\nContent-Length: 2\r\n\r\nok");
  }

  @Test
  @DisplayName("rule 101: Transfer-Encoding in a 1.0 response is 502")
  void relay_chunkedInHttp10_isInvalid() {
    assertInvalid("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
  }

  @Test
  @DisplayName("rule 105: bare LF is no end of a line")
  void relay_bareLf_isInvalid() {
    assertInvalid("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
    assertInvalid("HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok");
  }

  @Test
  void relay_hugeHead_isInvalid() {
    assertInvalid("HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(HeadGuard.MAX_BYTES) + "\r\n\r\n");
    assertInvalid("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(HeadGuard.MAX_FIELDS + 1) + "\r\n");
  }

  @Test
  void relay_largeButAllowedHead_passes() {
    String value = "a".repeat(HeadGuard.MAX_BYTES - 200);
    RecordedResponse response =
        relay("HTTP/1.1 200 OK\r\nX-A: " + value + "\r\nContent-Length: 2\r\n\r\nok");
    assertThat(response.headers().get("X-A")).isEqualTo(value);
  }

  private static void assertInvalid(String bytes) {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(bytes);
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      assertThat(response.status()).isZero();
      Eventually.await("connection dropped", () -> upstream.conversation(0).over());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2 \r\nok\r\n0\r\n\r\n",
        "0x2\r\nok\r\n0\r\n\r\n",
        "+2\r\nok\r\n0\r\n\r\n",
        "\r\nok\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\nok",
        "2\nok\r\n0\r\n\r\n",
        "2\r\nokX\r\n0\r\n\r\n",
        "2\r\nok\n0\r\n\r\n",
        "2;a=\"b\nok\r\n0\r\n\r\n",
        "0\r\nX A: 1\r\n\r\n",
        "0\r\nX-A: a\0b\r\n\r\n",
        "0\r\nX-A: 1\n\r\n"
      })
  @DisplayName("rules 103, 114: malformed chunks are an abort, not an end")
  void relay_badChunks_abort(String chunks) {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      Eventually.await("connection dropped", () -> upstream.conversation(0).over());
    }
  }

  @Test
  @DisplayName("rule 115: bytes behind a response drop the connection and are no second response")
  void relay_bytesBehindTheEnd_dropTheConnection() {
    String ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assertThat(isKeptAfter(TestRequest.get("/"), ok)).isTrue();
    assertThat(isKeptAfter(TestRequest.get("/"), ok + ok)).isFalse();
    assertThat(isKeptAfter(TestRequest.get("/"), ok + "\r\n")).isFalse();
    assertThat(isKeptAfter(TestRequest.of("HEAD", "/"), ok)).isFalse();
    assertThat(isKeptAfter(TestRequest.get("/"), "HTTP/1.1 204 No\r\n\r\nsmuggled")).isFalse();
  }

  @Test
  @DisplayName("rule 126: close and keep-alive of both versions")
  void relay_persistence_isAsTheHeadSays() {
    TestRequest get = TestRequest.get("/");
    assertThat(isKeptAfter(get, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).isTrue();
    for (String close : new String[] {"close", "Close", "x, close", "close, keep-alive"}) {
      String head = "HTTP/1.1 200 OK\r\nConnection: " + close + "\r\nContent-Length: 0\r\n\r\n";
      assertThat(isKeptAfter(TestRequest.get("/"), head)).isFalse();
    }
    String old = "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n";
    assertThat(isKeptAfter(TestRequest.get("/"), old + "\r\n")).isFalse();
    assertThat(isKeptAfter(TestRequest.get("/"), old + "Connection: Keep-Alive\r\n\r\n")).isTrue();
  }
}
