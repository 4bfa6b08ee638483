package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an upstream that speaks HTTP/2 is sent. */
class Http2RequestTest {
  private static ProxySetup before(Http2Upstream upstream) {
    return ProxySetup.before(ProxySetup.http2(ProxySetup.onPort(upstream.port())));
  }

  private static Http2Headers headOf(TestRequest request) {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      assertThat(proxy.exchange(request).body()).isEqualTo("ok");
      return upstream.heads().getFirst();
    }
  }

  private static List<String> names(Http2Headers head) {
    var names = new ArrayList<String>();
    head.forEach(field -> names.add(field.getKey().toString()));
    return names;
  }

  private static String value(Http2Headers head, String name) {
    return String.valueOf(head.get(name));
  }

  @Test
  @DisplayName("rules 94, 131, 133: the pseudo-header fields say what was decided on")
  void forward_get_hasItsOwnPseudoHeaderFields() {
    Http2Headers head =
        headOf(TestRequest.get("/a/b").query("q=1").authority("api.example.com:8443"));
    assertThat(head.method()).hasToString("GET");
    assertThat(head.path()).hasToString("/a/b?q=1");
    assertThat(head.authority()).hasToString("api.example.com:8443");
    assertThat(head.scheme()).hasToString("http");
    assertThat(names(head)).doesNotContain("host");
  }

  @Test
  @DisplayName("rules 88, 135, 143: nothing of the hop goes on, and what Connection names neither")
  void forward_hopByHopFields_areLeftOut() {
    Http2Headers head =
        headOf(
            TestRequest.get("/")
                .header("Connection", "X-Mine, close")
                .header("X-Mine", "1")
                .header("Keep-Alive", "timeout=5")
                .header("Proxy-Connection", "keep-alive")
                .header("Upgrade", "h2c")
                .header("HTTP2-Settings", "AAMAAABk")
                .header("TE", "gzip")
                .header("Transfer-Encoding", "chunked")
                .header("X-Kept", "Yes"));
    assertThat(names(head))
        .contains("x-kept")
        .doesNotContain("connection", "x-mine", "keep-alive", "proxy-connection", "upgrade")
        .doesNotContain("http2-settings", "te", "transfer-encoding", "content-length");
    assertThat(value(head, "x-kept")).isEqualTo("Yes");
  }

  @Test
  @DisplayName("the policy is the same as for HTTP/1.1: token, identity, forwarding fields, Via")
  void forward_fieldsOfTheGateway_areTheSame() throws Exception {
    Http2Headers head =
        headOf(
            TestRequest.get("/")
                .header("Authorization", "Bearer secret")
                .header("X-User", "mallory")
                .header("X-Forwarded-For", "1.2.3.4")
                .from(InetAddress.getByName("192.0.2.9"), true)
                .identityNames("X-User")
                .identity("X-User", "alice"));
    assertThat(names(head)).doesNotContain("authorization");
    assertThat(head.getAll("x-user")).hasToString("[alice]");
    assertThat(head.getAll("x-forwarded-for")).hasToString("[192.0.2.9]");
    assertThat(value(head, "x-forwarded-proto")).isEqualTo("https");
    assertThat(value(head, "forwarded"))
        .isEqualTo("for=192.0.2.9;host=api.example.com;proto=https");
    assertThat(value(head, "via")).isEqualTo("1.1 bearward");
    assertThat(value(head, "x-request-id")).isNotEqualTo("null");
  }

  @Test
  @DisplayName("rule 134: cookies go on as they came")
  void forward_cookies_areLeftAsTheyAre() {
    Http2Headers head = headOf(TestRequest.get("/").header("Cookie", "a=1; b=2"));
    assertThat(head.getAll("cookie")).hasToString("[a=1; b=2]");
  }

  @Test
  @DisplayName("rule 88: TE: trailers is made anew for gRPC, and for who asks for trailers")
  void forward_grpc_saysThatTrailersAreWelcome() {
    assertThat(
            headOf(TestRequest.of("POST", "/s/m").header("Content-Type", "application/grpc+proto"))
                .getAll("te"))
        .hasToString("[trailers]");
    assertThat(headOf(TestRequest.get("/").header("TE", "Trailers")).getAll("te"))
        .hasToString("[trailers]");
  }

  @Test
  @DisplayName("rule 129: a declared length goes on, and so do exactly its bytes")
  void forward_bodyOfKnownLength_endsWithIt() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.of("POST", "/").whole("hello ", "world"));
      assertThat(running.response().await().body()).isEqualTo("ok");
      assertThat(value(upstream.heads().getFirst(), "content-length")).isEqualTo("11");
      assertThat(upstream.events()).containsExactly("DATA 3 11");
    }
  }

  @Test
  @DisplayName("rules 119, 144: trailers of a request go on as trailers, but for those of the hop")
  void forward_chunkedBody_keepsHarmlessTrailers() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      var trailers =
          new DefaultHttpHeaders()
              .add("X-Sum", "7")
              .add("Authorization", "Bearer x")
              .add("Content-Length", "3");
      proxy.send(TestRequest.of("POST", "/").chunked("abc").trailers(trailers)).response().await();
      assertThat(names(upstream.heads().getFirst())).doesNotContain("content-length");
      assertThat(upstream.events()).hasSize(2);
      assertThat(upstream.events().getLast()).startsWith("TRAILERS").contains("[x-sum: 7]");
    }
  }

  @Test
  @DisplayName("rule 182: what cannot be sent as it is, is refused and leaves the connection alone")
  void forward_fieldWithLineBreak_isRefused() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      proxy.exchange(TestRequest.get("/1"));
      RecordedResponse refused =
          proxy.exchange(TestRequest.get("/2").header("X-Bad", "a\r\nX-Evil: 1"));
      assertThat(refused.failure()).isEqualTo(Reason.BAD_REQUEST);
      assertThat(proxy.exchange(TestRequest.get("/3")).body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
      assertThat(upstream.heads()).hasSize(2);
    }
  }

  @Test
  @DisplayName("rule 136: a window that is used up stops the reading from the client")
  void forward_upstreamThatGivesNoWindow_wantsNoMore() {
    try (Http2Upstream upstream = Http2Upstream.deaf((stream, head, ends) -> {});
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(-1));
      upstream.stream(0);
      Eventually.await("wants a body", running::wantsBody);
      int parts = 0;
      String part = "x".repeat(8 * 1024);
      while (running.wantsBody() && parts < 100) {
        running.body(part);
        parts++;
      }
      assertThat(parts).isLessThanOrEqualTo(9);
      assertThat(running.response().isOver()).isFalse();
      running.cancel();
      upstream.awaitEvent("RST_STREAM 3 CANCEL");
    }
  }

  @Test
  @DisplayName("rule 136: and goes on when the upstream takes more")
  void forward_upstreamThatReads_getsALargeBodyWhole() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(-1));
      String part = "x".repeat(16 * 1024);
      for (int i = 0; i < 64; i++) {
        Eventually.await("wants a body", running::wantsBody);
        running.body(part);
      }
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
      long sum =
          upstream.events().stream()
              .filter(event -> event.startsWith("DATA"))
              .mapToLong(event -> Long.parseLong(event.substring(event.lastIndexOf(' ') + 1)))
              .sum();
      assertThat(sum).isEqualTo(64 * 16 * 1024);
    }
  }

  @Test
  @DisplayName("an early answer ends the upload")
  void forward_answerBeforeTheBody_resetsTheRest() {
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> stream.answer("413", "no"));
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(100));
      assertThat(running.response().await().status()).isEqualTo(413);
      upstream.awaitEvent("RST_STREAM 3 CANCEL");
      assertThat(running.wantsBody()).isFalse();
    }
  }

  @Test
  @DisplayName("rule 111: Expect: 100-continue works end to end")
  void forward_expectContinue_isAnsweredByTheUpstream() {
    Http2Upstream.Script script =
        new Http2Upstream.Script() {
          @Override
          public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {
            assertThat(head.get("expect")).hasToString("100-continue");
            stream.headers(Http2Upstream.fields(":status", "100"), false);
          }

          @Override
          public void data(Http2Upstream.Stream stream, String part, boolean ends) {
            if (ends) {
              stream.answer("200", "got it");
            }
          }
        };
    try (Http2Upstream upstream = Http2Upstream.start(script);
        ProxySetup proxy = before(upstream)) {
      Running running =
          proxy.send(TestRequest.of("POST", "/").header("Expect", "100-continue").framed(4));
      Eventually.await("100", () -> running.response().interims().equals(List.of(100)));
      running.body("body");
      running.end();
      assertThat(running.response().await().body()).isEqualTo("got it");
    }
  }

  @Test
  @DisplayName("a head larger than the upstream says it takes is still its to refuse")
  void forward_smallHeaderListLimit_isTheUpstreamsToEnforce() {
    try (Http2Upstream upstream =
            Http2Upstream.start(
                new Http2Settings().maxHeaderListSize(4000),
                (stream, head, ends) -> stream.answer("200", "ok"));
        ProxySetup proxy = before(upstream)) {
      RecordedResponse response =
          proxy.exchange(TestRequest.get("/").header("X-Large", "x".repeat(4500)));
      assertThat(response.failure()).isIn(Reason.UPSTREAM_RESET, null);
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }
}
