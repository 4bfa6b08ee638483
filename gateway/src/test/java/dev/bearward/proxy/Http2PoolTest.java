package dev.bearward.proxy;

import static dev.bearward.testing.Http2Upstream.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import dev.bearward.testing.RawUpstream;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How exchanges share the connections of an upstream that speaks HTTP/2, and what ends them. */
class Http2PoolTest {
  private static final Duration LONG = Duration.ofSeconds(9);

  private static ProxySetup before(Http2Upstream upstream) {
    return before(ProxySetup.onPort(upstream.port()));
  }

  private static ProxySetup before(UpstreamSettings settings) {
    return ProxySetup.before(ProxySetup.http2(settings));
  }

  /** Takes requests and answers none. */
  private static Http2Upstream silent(Http2Settings settings) {
    return Http2Upstream.start(settings, (stream, head, ends) -> {});
  }

  private static List<Running> sendAll(ProxySetup proxy, int count) {
    var all = new ArrayList<Running>();
    for (int i = 0; i < count; i++) {
      all.add(proxy.send(TestRequest.get("/" + i)));
    }
    return all;
  }

  @Test
  @DisplayName("a burst before the first connection stands shares that connection")
  void forward_burst_sharesOneConnection() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy = before(upstream)) {
      for (Running running : sendAll(proxy, 60)) {
        assertThat(running.response().await().body()).isEqualTo("ok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
      proxy.awaitIdle(1);
    }
  }

  @Test
  @DisplayName("rule 138: no more streams than the upstream allows; then another connection")
  void forward_streamLimit_opensAnotherConnection() {
    try (Http2Upstream upstream = silent(new Http2Settings().maxConcurrentStreams(2));
        ProxySetup proxy = before(upstream)) {
      List<Running> all = sendAll(proxy, 5);
      upstream.stream(4);
      assertThat(upstream.connections()).isEqualTo(3);
      assertThat(upstream.events()).isEmpty();
      all.forEach(Running::cancel);
    }
  }

  @Test
  @DisplayName("rule 187: and when there may be no other, the request waits its turn")
  void forward_streamAndConnectionLimit_waits() {
    try (Http2Upstream upstream = silent(new Http2Settings().maxConcurrentStreams(1));
        ProxySetup proxy = before(ProxySetup.withPool(upstream.port(), 1, 1, LONG))) {
      Running first = proxy.send(TestRequest.get("/1"));
      Http2Upstream.Stream one = upstream.stream(0);
      Running second = proxy.send(TestRequest.get("/2"));
      Running third = proxy.send(TestRequest.get("/3"));
      assertThat(third.response().await().failure()).isEqualTo(Reason.OVERLOADED);
      assertThat(proxy.figures().pending()).isEqualTo(1);
      one.answer("200", "first");
      assertThat(first.response().await().body()).isEqualTo("first");
      upstream.stream(1).answer("200", "second");
      assertThat(second.response().await().body()).isEqualTo("second");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("rules 116, 142: GOAWAY: what was not looked at is sent once more, the rest ends")
  void forward_goAway_repeatsOnlyWhatWasNotLookedAt() {
    var answers = new AtomicInteger();
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              int nth = answers.incrementAndGet();
              if (nth == 2) {
                stream.goAway(3);
              } else if (nth > 2) {
                stream.answer("200", "again");
              }
            });
        ProxySetup proxy = before(upstream)) {
      Running first = proxy.send(TestRequest.get("/1"));
      Http2Upstream.Stream one = upstream.stream(0);
      Running second = proxy.send(TestRequest.of("POST", "/2"));
      assertThat(second.response().await().body()).isEqualTo("again");
      assertThat(first.response().isOver()).isFalse();
      one.answer("200", "first");
      assertThat(first.response().await().body()).isEqualTo("first");
      assertThat(upstream.connections()).isEqualTo(2);
      Eventually.await("one connection", () -> upstream.openConnections() == 1);
    }
  }

  @Test
  @DisplayName("rule 116: REFUSED_STREAM is tried once more, whatever the method, and only once")
  void forward_refusedStream_isRepeatedOnce() {
    var refusals = new AtomicInteger();
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              if (refusals.incrementAndGet() == 1 || head.path().toString().equals("/never")) {
                stream.reset(Http2Error.REFUSED_STREAM);
              } else {
                stream.answer("200", "ok");
              }
            });
        ProxySetup proxy = before(upstream)) {
      assertThat(proxy.exchange(TestRequest.of("POST", "/once")).body()).isEqualTo("ok");
      assertThat(proxy.exchange(TestRequest.get("/never")).failure())
          .isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.heads()).hasSize(4);
    }
  }

  @Test
  @DisplayName("rule 116: a request whose body was taken is never sent twice")
  void forward_refusedStreamWithBody_isReset() {
    try (Http2Upstream upstream =
            Http2Upstream.start(
                new Http2Upstream.Script() {
                  @Override
                  public void head(Http2Upstream.Stream stream, Http2Headers head, boolean ends) {}

                  @Override
                  public void data(Http2Upstream.Stream stream, String part, boolean ends) {
                    stream.reset(Http2Error.REFUSED_STREAM);
                  }
                });
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(-1));
      running.body("part");
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.heads()).hasSize(1);
    }
  }

  @Test
  @DisplayName(
      "rule 116: a kept connection that has just gone is no fault of an idempotent request")
  void forward_keptConnectionGone_isRepeated() {
    var requests = new AtomicInteger();
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) -> {
              if (requests.incrementAndGet() == 2) {
                stream.closeConnection();
              } else {
                stream.answer("200", "ok");
              }
            });
        ProxySetup proxy = before(upstream)) {
      assertThat(proxy.exchange(TestRequest.get("/1")).body()).isEqualTo("ok");
      assertThat(proxy.exchange(TestRequest.get("/2")).body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("rule 117: a response time-out is 504, resets its stream and no other")
  void forward_slowResponse_resetsItsStreamOnly() {
    try (Http2Upstream upstream = silent(new Http2Settings());
        ProxySetup proxy = before(upstream)) {
      Running other = proxy.send(TestRequest.get("/other"));
      Running slow = proxy.send(TestRequest.get("/slow").responseTimeout(Duration.ofMillis(100)));
      assertThat(slow.response().await().failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      upstream.awaitEvent("CANCEL");
      upstream.stream(0).answer("200", "ok");
      assertThat(other.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("a body that stops in the middle is given up after the idle time-out")
  void forward_bodyThatStops_isAborted() {
    try (Http2Upstream upstream =
            Http2Upstream.start((stream, head, ends) ->
                stream.headers(fields(":status", "200"), false).data("half", false));
        ProxySetup proxy =
            before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, Duration.ofMillis(150)))) {
      RecordedResponse response = proxy.exchange(TestRequest.get("/"));
      assertThat(response.failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      assertThat(response.body()).isEqualTo("half");
      upstream.awaitEvent("CANCEL");
    }
  }

  @Test
  @DisplayName("a connection without streams is closed after the idle time-out, with a GOAWAY")
  void idle_connection_isClosed() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy =
            before(ProxySetup.withTimeouts(upstream.port(), LONG, LONG, Duration.ofMillis(150)))) {
      proxy.exchange(TestRequest.get("/"));
      upstream.awaitEvent("GOAWAY NO_ERROR");
      Eventually.await("closed", () -> upstream.openConnections() == 0);
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("draining lets exchanges end, and closes their connection then")
  void drain_exchangeUnderWay_endsFirst() {
    try (Http2Upstream upstream = silent(new Http2Settings());
        ProxySetup proxy = before(upstream)) {
      Running running = proxy.send(TestRequest.get("/"));
      Http2Upstream.Stream stream = upstream.stream(0);
      var drained = proxy.forwarder.drain().toCompletableFuture();
      assertThat(drained).isNotDone();
      stream.answer("200", "ok");
      assertThat(running.response().await().body()).isEqualTo("ok");
      Eventually.await("drained", drained::isDone);
    }
  }

  @Test
  @DisplayName("closing fails what is under way")
  void close_exchangesUnderWay_fail() {
    try (Http2Upstream upstream = silent(new Http2Settings())) {
      ProxySetup proxy = before(upstream);
      List<Running> all = sendAll(proxy, 3);
      upstream.stream(2);
      proxy.close();
      for (Running running : all) {
        assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
      }
    }
  }

  @Test
  @DisplayName("an endpoint that speaks HTTP/1.1 only is unavailable, and was sent no request")
  void forward_http1Server_isUnavailable() {
    try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\n\r\n");
        ProxySetup proxy = before(ProxySetup.onPort(upstream.port()))) {
      assertThat(proxy.exchange(TestRequest.get("/secret")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(upstream.conversation(0).received()).doesNotContain("secret");
    }
  }

  @Test
  @DisplayName("an endpoint that never greets is given up after the connect time-out")
  void forward_serverThatNeverGreets_timesOut() {
    try (RawUpstream upstream = RawUpstream.start(conversation -> conversation.readToEnd());
        ProxySetup proxy =
            before(ProxySetup.withTimeouts(upstream.port(), Duration.ofMillis(150), LONG, LONG))) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      proxy.awaitIdle(0);
    }
  }

  @Test
  @DisplayName("several event loops and many requests: all answered, all connections at rest")
  void forward_stormFromAllLoops_isServed() {
    try (Http2Upstream upstream = Http2Upstream.answering("ok");
        ProxySetup proxy =
            new ProxySetup(
                ProxySetup.http2(ProxySetup.withPool(upstream.port(), 4, 2000, LONG)),
                3,
                ProxyListener.NONE,
                java.net.InetAddress::getAllByName)) {
      var all = new ArrayList<Running>();
      for (int i = 0; i < 900; i++) {
        var loop = (io.netty.channel.EventLoop) proxy.loops.next();
        all.add(proxy.send(TestRequest.of("POST", "/" + i).whole("body"), loop));
      }
      for (Running running : all) {
        assertThat(running.response().await().body()).isEqualTo("ok");
      }
      Eventually.await("at rest", () -> proxy.figures().active() == 0);
      assertThat(proxy.figures().pending()).isZero();
      assertThat(upstream.openConnections()).isLessThanOrEqualTo(4);
    }
  }
}
