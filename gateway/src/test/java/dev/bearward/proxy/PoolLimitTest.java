package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The limits of a pool: connections over all event loops, waiting exchanges, waiting time. */
class PoolLimitTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Answers one request for each permit that the test gives. */
  private static RawUpstream gated(Semaphore gate) {
    return RawUpstream.start(conversation -> {
      while (conversation.readRequest() != null) {
        try {
          gate.acquire();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        conversation.send(OK);
      }
    });
  }

  private static ProxySetup setup(UpstreamSettings settings, int threads) {
    return new ProxySetup(settings, threads, ProxyListener.NONE, InetAddress::getAllByName);
  }

  @Test
  void forward_allConnectionsInUse_waitsForOne() {
    var gate = new Semaphore(0);
    try (RawUpstream upstream = gated(gate);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 10, LONG), 1)) {
      Running first = proxy.send(TestRequest.get("/1"));
      Running second = proxy.send(TestRequest.get("/2"));
      Running third = proxy.send(TestRequest.get("/3"));
      Eventually.await("two wait", () -> proxy.figures().pending() == 2);
      gate.release(3);
      first.response().await();
      second.response().await();
      assertThat(third.response().await().body()).isEqualTo("ok");
      assertThat(upstream.conversations()).hasSize(1);
      assertThat(upstream.conversation(0).received())
          .containsSubsequence("GET /1 ", "GET /2 ", "GET /3 ");
      assertThat(proxy.figures()).isEqualTo(new PoolFigures("app", 0, 1, 0));
    }
  }

  @Test
  @DisplayName("rule 117: one more than may wait is 503 overloaded at once")
  void forward_tooManyWaiting_isOverloaded() {
    var gate = new Semaphore(0);
    try (RawUpstream upstream = gated(gate);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 1, LONG), 1)) {
      Running first = proxy.send(TestRequest.get("/1"));
      Running second = proxy.send(TestRequest.get("/2"));
      assertThat(proxy.exchange(TestRequest.get("/3")).failure()).isEqualTo(Reason.OVERLOADED);
      gate.release(2);
      first.response().await();
      assertThat(second.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 117: waiting too long for a connection is 503 overloaded")
  void forward_waitedTooLong_isOverloaded() {
    var gate = new Semaphore(0);
    try (RawUpstream upstream = gated(gate);
        ProxySetup proxy =
            setup(ProxySetup.withPool(upstream.port(), 1, 1, Duration.ofMillis(50)), 1)) {
      Running first = proxy.send(TestRequest.get("/1"));
      assertThat(proxy.exchange(TestRequest.get("/2")).failure()).isEqualTo(Reason.OVERLOADED);
      assertThat(proxy.figures().pending()).isZero();
      gate.release();
      assertThat(first.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  void cancel_whileWaiting_freesThePlace() {
    var gate = new Semaphore(0);
    try (RawUpstream upstream = gated(gate);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 1, LONG), 1)) {
      Running first = proxy.send(TestRequest.get("/1"));
      Running second = proxy.send(TestRequest.of("POST", "/2").whole("parked body"));
      Eventually.await("one waits", () -> proxy.figures().pending() == 1);
      second.cancel();
      assertThat(proxy.figures().pending()).isZero();
      Running third = proxy.send(TestRequest.get("/3"));
      gate.release(2);
      first.response().await();
      assertThat(third.response().await().body()).isEqualTo("ok");
      assertThat(second.response().isOver()).isFalse();
      assertThat(upstream.conversation(0).received()).doesNotContain("POST /2 ");
    }
  }

  @Test
  void cancel_whileConnecting_keepsTheConnectionForAnother() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 1, LONG), 1)) {
      EventLoop loop = proxy.loop();
      var response = new RecordedResponse(loop);
      Running.on(
          loop,
          () -> {
            RequestSink sink =
                proxy.forwarder.forward(
                    TestRequest.get("/1").permit(), RequestBody.NONE, response, loop);
            sink.cancel();
            return sink;
          });
      proxy.awaitIdle(1);
      assertThat(response.isOver()).isFalse();
      assertThat(proxy.exchange(TestRequest.get("/2")).body()).isEqualTo("ok");
      assertThat(upstream.conversations()).hasSize(1);
      assertThat(upstream.conversation(0).received()).doesNotContain("GET /1 ");
    }
  }

  @Test
  void forward_connectionOfAnotherLoopIsIdle_itIsGivenUp() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 10, LONG), 2)) {
      List<EventLoop> loops = loops(proxy);
      for (int i = 0; i < 6; i++) {
        Running running = proxy.send(TestRequest.get("/" + i), loops.get(i % 2));
        assertThat(running.response().await().body()).isEqualTo("ok");
        assertThat(proxy.figures().active() + proxy.figures().idle()).isLessThanOrEqualTo(1);
      }
      assertThat(upstream.conversations()).hasSize(6);
    }
  }

  @Test
  void forward_connectionOfAnotherLoopIsBusy_itsEndGivesTheTurn() {
    var gate = new Semaphore(0);
    try (RawUpstream upstream = gated(gate);
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), 1, 10, LONG), 2)) {
      List<EventLoop> loops = loops(proxy);
      Running first = proxy.send(TestRequest.get("/1"), loops.get(0));
      upstream.conversation(0);
      Running second = proxy.send(TestRequest.get("/2"), loops.get(1));
      Running third = proxy.send(TestRequest.get("/3"), loops.get(0));
      Eventually.await("two wait", () -> proxy.figures().pending() == 2);
      gate.release(3);
      first.response().await();
      second.response().await();
      assertThat(third.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 187: never more connections than configured, and none is lost, under a storm")
  void forward_stormFromAllLoops_staysWithinTheLimit() {
    int limit = 3;
    var open = new AtomicInteger();
    var most = new AtomicInteger();
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              most.accumulateAndGet(open.incrementAndGet(), Math::max);
              int left = 7;
              while (left-- > 0 && conversation.readRequest() != null) {
                conversation.send(OK);
              }
              open.decrementAndGet();
            });
        ProxySetup proxy = setup(ProxySetup.withPool(upstream.port(), limit, 1000, LONG), 4)) {
      List<EventLoop> loops = loops(proxy);
      var all = new ArrayList<Running>();
      for (int i = 0; i < 400; i++) {
        all.add(proxy.send(TestRequest.get("/" + i), loops.get(i % loops.size())));
      }
      for (Running running : all) {
        assertThat(running.response().await().failure()).isNull();
      }
      Eventually.await("at rest", () -> proxy.figures().active() == 0);
      assertThat(proxy.figures().pending()).isZero();
      assertThat(proxy.figures().idle()).isLessThanOrEqualTo(limit);
      // An upstream notices a closed connection a little later than the gateway.
      assertThat(most.get()).isLessThanOrEqualTo(limit + loops.size());
    }
  }

  private static List<EventLoop> loops(ProxySetup proxy) {
    var loops = new ArrayList<EventLoop>();
    for (EventExecutor loop : proxy.loops) {
      loops.add((EventLoop) loop);
    }
    return loops;
  }
}
