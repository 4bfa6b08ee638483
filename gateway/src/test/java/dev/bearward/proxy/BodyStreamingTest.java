package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bodies in both directions, their back-pressure, and answers that come before their end. */
class BodyStreamingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int PART = 64 * 1024;

  @Test
  @DisplayName("rule 136: a client that does not read stops the reading of the upstream")
  void response_clientNotWritable_stopsReading() {
    var sent = new AtomicLong();
    long total = 32L * 1024 * 1024;
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
              byte[] part = new byte[PART];
              while (sent.get() < total) {
                conversation.send(part);
                sent.addAndGet(PART);
              }
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.get("/"));
      RecordedResponse response = running.response();
      response.onHead(() -> response.setWritable(false));
      response.awaitHead();
      awaitStandstill(sent);
      assertThat(response.bodyBytes()).isLessThan(512 * 1024);
      assertThat(sent.get()).isLessThan(total);
      running.clientWritable();
      assertThat(response.await().bodyBytes()).isEqualTo(total);
    }
  }

  @Test
  @DisplayName("rule 136: an upstream that does not read stops the reading of the client")
  void request_upstreamNotReading_wantsNoMore() {
    var gate = new CountDownLatch(1);
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              awaitGate(gate);
              conversation.skip(16L * 1024 * 1024);
              conversation.send(OK);
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(16L * 1024 * 1024));
      Eventually.await("first wish", running::wantsBody);
      var upload = new Upload(running, 16L * 1024 * 1024);
      upload.go();
      awaitStandstill(upload.sent);
      assertThat(upload.sent.get()).isLessThan(16L * 1024 * 1024);
      assertThat(running.wantsBody()).isFalse();
      gate.countDown();
      assertThat(running.response().await().body()).isEqualTo("ok");
      assertThat(running.response().bodyWanted()).isGreaterThan(0);
    }
  }

  @Test
  @DisplayName("one GiB in each direction streams in constant memory")
  void exchange_oneGibibyteBothWays_streams() {
    long total = 1L << 30;
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.skip(total);
              conversation.send("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
              byte[] part = new byte[PART];
              for (long left = total; left > 0; left -= PART) {
                conversation.send(part);
              }
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      long before = PlatformDependent.usedDirectMemory();
      long most = 0;
      Running running = proxy.send(TestRequest.of("POST", "/").framed(total));
      Eventually.await("first wish", running::wantsBody);
      new Upload(running, total).go();
      while (!running.response().isOver()) {
        most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
        pause();
      }
      running.response().assertSound();
      assertThat(running.response().failure()).isNull();
      assertThat(running.response().bodyBytes()).isEqualTo(total);
      assertThat(most).isLessThan(64L << 20);
    }
  }

  @Test
  void request_smallBodyAtHand_isOneSegmentWithItsHead() throws IOException {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      assertThat(proxy.exchange(TestRequest.of("POST", "/").whole("a", "b", "c")).body())
          .isEqualTo("ok");
      assertThat(upstream.conversation(0).received()).endsWith("Content-Length: 3\r\n\r\nabc");
    }
  }

  @Test
  void request_bodyGivenBeforeConnection_isKept() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      String large = "y".repeat(100_000);
      assertThat(proxy.exchange(TestRequest.of("POST", "/").whole("x", large, "z")).body())
          .isEqualTo("ok");
      assertThat(upstream.conversation(0).received()).endsWith("\r\n\r\nx" + large + "z");
    }
  }

  @Test
  void request_slowBody_headGoesAhead() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(4));
      Eventually.await(
          "head without body",
          () -> upstream.conversation(0).received().endsWith("Content-Length: 4\r\n\r\n"));
      running.body("bo");
      Eventually.await(
          "half a body", () -> upstream.conversation(0).received().endsWith("\r\n\r\nbo"));
      running.body("dy");
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  void request_chunksOneByOne_goAsTheyCome() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.readUntil("0\r\n\r\n");
              conversation.send(OK);
              conversation.readHead();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(-1));
      Conversation conversation = upstream.conversation(0);
      Eventually.await("head", () -> conversation.received().endsWith("chunked\r\n\r\n"));
      running.body("a");
      Eventually.await("a", () -> conversation.received().endsWith("\r\n\r\n1\r\na\r\n"));
      running.body("bc");
      Eventually.await("bc", () -> conversation.received().endsWith("a\r\n2\r\nbc\r\n"));
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
      proxy.awaitIdle(1);
    }
  }

  @Test
  @DisplayName("rule 111: Expect: 100-continue goes up, the interim comes down, then the body")
  void request_expectContinue_worksEndToEnd() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.send("HTTP/1.1 100 Continue\r\n\r\n");
              conversation.readText(4);
              conversation.send(OK);
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running =
          proxy.send(TestRequest.of("POST", "/").header("Expect", "100-Continue").framed(4));
      Eventually.await("interim", () -> running.response().interims().contains(100));
      assertThat(upstream.conversation(0).received()).contains("\r\nExpect: 100-continue\r\n");
      running.body("body");
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 111: a final answer instead of the 100 is relayed, the body is not awaited")
  void request_expectContinueRefused_endsEarly() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running =
          proxy.send(TestRequest.of("POST", "/").header("Expect", "100-continue").framed(4));
      assertThat(running.response().await().status()).isEqualTo(403);
      assertThat(running.wantsBody()).isFalse();
      Eventually.await("connection closed", () -> upstream.conversation(0).over());
      assertThat(proxy.figures().idle()).isZero();
    }
  }

  @Test
  @DisplayName("rule 111: without a body there is nothing to expect")
  void request_expectWithoutBody_isNotSent() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/").header("Expect", "100-continue"));
      assertThat(upstream.conversation(0).received()).doesNotContainIgnoringCase("expect");
    }
  }

  @Test
  @DisplayName("rule 109: an early answer is relayed while the body is still being sent")
  void response_beforeEndOfRequest_isRelayedAndConnectionClosed() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.readText(2);
              conversation.send("HTTP/1.1 413 Large\r\nContent-Length: 3\r\n\r\nbig");
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(1000));
      running.body("ab");
      assertThat(running.response().await().body()).isEqualTo("big");
      running.body("more of it");
      running.end();
      Eventually.await("connection closed", () -> upstream.conversation(0).over());
      assertThat(upstream.conversation(0).received()).doesNotContain("more");
    }
  }

  @Test
  @DisplayName("rule 109: an early answer survives the upstream's reset of the rest of the body")
  void response_thenUpstreamStopsReading_isNotLost() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.skip(100_000);
              conversation.send("HTTP/1.1 413 Large\r\nContent-Length: 3\r\n\r\nbig");
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(1L << 30));
      new Upload(running, 1L << 30).go();
      assertThat(running.response().await().status()).isEqualTo(413);
      assertThat(running.response().body()).isEqualTo("big");
    }
  }

  @Test
  void request_upstreamResetsWhileBodyIsSent_fails() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.skip(1000);
              conversation.reset();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(1L << 30));
      Eventually.await("first wish", running::wantsBody);
      new Upload(running, 1L << 30).go();
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
    }
  }

  @Test
  void cancel_midExchange_closesTheUpstreamAndSaysNothing() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
              conversation.readToEnd();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(10));
      running.body("abc");
      Eventually.await("half a response", () -> running.response().bodyBytes() == 4);
      running.cancel();
      running.body("released");
      Eventually.await("connection closed", () -> upstream.conversation(0).over());
      assertThat(running.response().isOver()).isFalse();
      assertThat(proxy.figures().idle()).isZero();
      running.response().assertSound();
    }
  }

  @Test
  void cancel_fromWithinTheHead_isObeyed() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.of("POST", "/").framed(2));
      running.response().onHead(() -> running.request().cancel());
      running.body("ab");
      running.end();
      running.response().awaitHead();
      Eventually.await("connection closed", () -> upstream.conversation(0).over());
      assertThat(running.response().bodyBytes()).isZero();
      assertThat(running.response().isOver()).isFalse();
    }
  }

  @Test
  @DisplayName("rule 107: a body longer or shorter than announced never leaves as it is")
  void request_bodyOfOtherLength_fails() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running longer = proxy.send(TestRequest.of("POST", "/").framed(2));
      longer.body("abc");
      assertThat(longer.response().await().failure()).isEqualTo(Reason.INTERNAL_ERROR);
      Running shorter = proxy.send(TestRequest.of("POST", "/").framed(2));
      shorter.body("a");
      shorter.end();
      assertThat(shorter.response().await().failure()).isEqualTo(Reason.INTERNAL_ERROR);
    }
  }

  private static void awaitGate(CountDownLatch gate) throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when a count has not moved for 200 ms. */
  private static void awaitStandstill(AtomicLong count) {
    long[] last = {-1, System.nanoTime()};
    Eventually.await(
        "standstill",
        () -> {
          long now = count.get();
          if (now != last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return System.nanoTime() - last[1] > TimeUnit.MILLISECONDS.toNanos(200);
        });
  }

  /** Sends a body of zeros as fast as it is wanted. */
  private static final class Upload {
    private static final byte[] ZEROS = "0".repeat(PART).getBytes(StandardCharsets.ISO_8859_1);

    private final Running running;
    private final long total;
    private final AtomicLong sent = new AtomicLong();

    Upload(Running running, long total) {
      this.running = running;
      this.total = total;
    }

    void go() {
      running.response().onWantBody(this::pump);
      running.loop().execute(this::pump);
    }

    private void pump() {
      RequestSink sink = running.request();
      while (sent.get() < total && sink.wantsBody()) {
        int size = (int) Math.min(PART, total - sent.get());
        ByteBuf part = PooledByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(ZEROS, 0, size);
        sent.addAndGet(size);
        sink.body(part);
        if (sent.get() == total) {
          sink.end(EmptyHttpHeaders.INSTANCE);
        }
      }
    }
  }
}
