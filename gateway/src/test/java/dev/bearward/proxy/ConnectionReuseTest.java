package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection serves another exchange, when it does not, and what happens if it died. */
class ConnectionReuseTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  static List<IoHandlerFactory> transports() {
    return List.of(EpollIoHandler.newFactory(), NioIoHandler.newFactory());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void forward_oneAfterTheOther_sharesOneConnection(IoHandlerFactory transport) {
    var listener = new Heard();
    try (RawUpstream upstream = RawUpstream.answering(OK);
        var proxy =
            new ProxySetup(
                ProxySetup.onPort(upstream.port()),
                1,
                listener,
                InetAddress::getAllByName,
                transport)) {
      for (int i = 0; i < 5; i++) {
        assertThat(proxy.exchange(TestRequest.get("/" + i)).body()).isEqualTo("ok");
      }
      assertThat(upstream.conversations()).hasSize(1);
      assertThat(proxy.figures()).isEqualTo(new PoolFigures("app", 0, 1, 0));
      assertThat(listener.events)
          .containsExactly(
              "opened", "head", "reused", "head", "reused", "head", "reused", "head", "reused",
              "head");
    }
    assertThat(listener.events).endsWith("closed");
  }

  @Test
  @DisplayName("rule 118: equal requests are each answered by the upstream, one by one and at once")
  void forward_equalRequests_areNeitherCachedNorCoalesced() {
    var answers = new AtomicInteger();
    var bothThere = new CountDownLatch(2);
    RawUpstream.Script script =
        conversation -> {
          for (String head = conversation.readRequest();
              head != null;
              head = conversation.readRequest()) {
            if (head.startsWith("GET /both")) {
              bothThere.countDown();
              Eventually.await("both are there", () -> bothThere.getCount() == 0);
            }
            conversation.send(
                "HTTP/1.1 200 OK\r\nCache-Control: public, max-age=60\r\nETag: \"1\"\r\n"
                    + "Content-Length: 1\r\n\r\n"
                    + answers.incrementAndGet());
          }
        };
    try (RawUpstream upstream = RawUpstream.start(script);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      assertThat(proxy.exchange(TestRequest.get("/same")).body()).isEqualTo("1");
      assertThat(proxy.exchange(TestRequest.get("/same")).body()).isEqualTo("2");
      var other = CompletableFuture.supplyAsync(() -> proxy.exchange(TestRequest.get("/both")));
      String mine = proxy.exchange(TestRequest.get("/both")).body();
      assertThat(List.of(mine, other.join().body())).containsExactlyInAnyOrder("3", "4");
    }
  }

  @Test
  void forward_nextExchangeBegunInEnd_reusesTheConnection() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      var second = new RecordedResponse(proxy.loop());
      second.forwarded();
      var first =
          new EndHook(() ->
              proxy.forwarder.forward(
                  TestRequest.get("/2").permit(), RequestBody.NONE, second, proxy.loop()));
      Running.on(
          proxy.loop(),
          () ->
              proxy.forwarder.forward(
                  TestRequest.get("/1").permit(), RequestBody.NONE, first, proxy.loop()));
      assertThat(second.await().body()).isEqualTo("ok");
      assertThat(upstream.conversations()).hasSize(1);
    }
  }

  @Test
  void idleConnection_closedByTheUpstream_isDropped() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(OK);
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/1"));
      proxy.awaitIdle(0);
      assertThat(proxy.exchange(TestRequest.get("/2")).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 115: bytes on an idle connection drop it; the next response is not them")
  void idleConnection_unexpectedBytes_isDropped() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/1"));
      proxy.awaitIdle(1);
      send(upstream.conversation(0), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
      proxy.awaitIdle(0);
      assertThat(proxy.exchange(TestRequest.get("/2")).body()).isEqualTo("ok");
      assertThat(upstream.conversations()).hasSize(2);
    }
  }

  private static void send(Conversation conversation, String bytes) {
    try {
      conversation.send(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The first connection answers once, then takes a second request and resets or closes. */
  private static RawUpstream dyingOnReuse(boolean reset) {
    return RawUpstream.start(conversation -> {
      conversation.readRequest();
      conversation.send(OK);
      String second = conversation.readHead();
      if (second != null && second.contains(" /again ")) {
        if (reset) {
          conversation.reset();
        }
      } else if (second != null) {
        conversation.send(OK);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
  @DisplayName("rule 116: a kept connection that died is replaced once for idempotent requests")
  void reusedConnection_diesUnderIdempotentRequest_isReplaced(String method) {
    for (boolean reset : new boolean[] {true, false}) {
      try (RawUpstream upstream = dyingOnReuse(reset);
          ProxySetup proxy = ProxySetup.before(upstream.port())) {
        proxy.exchange(TestRequest.get("/first"));
        RecordedResponse response = proxy.exchange(TestRequest.of(method, "/again"));
        assertThat(response.failure()).isNull();
        assertThat(response.status()).isEqualTo(200);
        assertThat(upstream.conversations()).hasSize(2);
        assertThat(upstream.conversation(1).received()).startsWith(method + " /again HTTP/1.1");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "get"})
  @DisplayName("rule 116: other methods are not sent twice")
  void reusedConnection_diesUnderOtherMethod_fails(String method) {
    assertNotRepeated(TestRequest.of(method, "/again"));
  }

  @Test
  @DisplayName("rule 116: a request whose body was begun is not sent twice")
  void reusedConnection_diesUnderRequestWithBody_fails() {
    assertNotRepeated(TestRequest.of("PUT", "/again").whole("body"));
    assertNotRepeated(TestRequest.of("PUT", "/again").chunked());
  }

  private static void assertNotRepeated(TestRequest request) {
    try (RawUpstream upstream = dyingOnReuse(true);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/first"));
      assertThat(proxy.exchange(request).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.conversations()).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 116: a body of which nothing was read yet does not stand in the way")
  void reusedConnection_diesBeforeBodyBegins_isReplaced() {
    try (RawUpstream upstream = dyingOnReuse(true);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/first"));
      Running running = proxy.send(TestRequest.of("PUT", "/again").framed(4));
      upstream.conversation(1);
      Eventually.await("body wanted", running::wantsBody);
      running.body("body");
      running.end();
      assertThat(running.response().await().body()).isEqualTo("ok");
      assertThat(upstream.conversation(1).received()).endsWith("\r\n\r\nbody");
    }
  }

  @Test
  @DisplayName("rule 116: a first connection that dies is no race, nothing is repeated")
  void freshConnection_diesBeforeAnswer_fails() {
    try (RawUpstream upstream = RawUpstream.start(Conversation::readRequest);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.conversations()).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 116: once a byte of the response came nothing is repeated")
  void reusedConnection_diesAfterFirstByte_fails() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(OK);
              conversation.readRequest();
              conversation.send("HTTP");
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/first"));
      assertThat(proxy.exchange(TestRequest.get("/2")).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.conversations()).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 116: the replacement is not replaced again")
  void reusedConnection_replacementDiesToo_fails() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              String first = conversation.readHead();
              if (first != null && first.contains("/first")) {
                conversation.send(OK);
                conversation.readHead();
              }
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/first"));
      assertThat(proxy.exchange(TestRequest.get("/2")).failure()).isEqualTo(Reason.UPSTREAM_RESET);
      assertThat(upstream.conversations()).hasSize(2);
    }
  }

  @Test
  void forward_connectionUsedLast_isUsedNext() throws Exception {
    var gate = new CountDownLatch(1);
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              for (String head = conversation.readHead();
                  head != null;
                  head = conversation.readHead()) {
                if (head.contains("/slow")) {
                  awaitGate(gate);
                }
                conversation.send(OK);
              }
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running slow = proxy.send(TestRequest.get("/slow"));
      upstream.conversation(0);
      proxy.exchange(TestRequest.get("/quick"));
      gate.countDown();
      slow.response().await();
      proxy.awaitIdle(2);
      proxy.exchange(TestRequest.get("/next"));
      assertThat(upstream.conversation(0).received()).contains("/next");
      assertThat(upstream.conversations()).hasSize(2);
    }
  }

  private static void awaitGate(CountDownLatch gate) throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void drain_exchangeInFlight_endsAndNothingIsKept() {
    var gate = new CountDownLatch(1);
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              awaitGate(gate);
              conversation.send(OK);
              conversation.readHead();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.get("/"));
      upstream.conversation(0);
      var drained = proxy.forwarder.drain().toCompletableFuture();
      assertThat(drained).isNotDone();
      gate.countDown();
      assertThat(running.response().await().body()).isEqualTo("ok");
      Eventually.await("drained", drained::isDone);
      assertThat(proxy.figures()).isEqualTo(new PoolFigures("app", 0, 0, 0));
    }
  }

  @Test
  void drain_idleConnection_isClosedAtOnce() {
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      proxy.exchange(TestRequest.get("/"));
      var drained = proxy.forwarder.drain().toCompletableFuture();
      Eventually.await("drained", drained::isDone);
      Eventually.await("closed", () -> upstream.conversation(0).over());
    }
  }

  @Test
  void close_exchangeInFlight_fails() {
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.readHead();
            });
        ProxySetup proxy = ProxySetup.before(upstream.port())) {
      Running running = proxy.send(TestRequest.get("/"));
      upstream.conversation(0);
      Eventually.await("request sent", () -> !upstream.conversation(0).received().isEmpty());
      proxy.forwarder.close();
      assertThat(running.response().await().failure()).isEqualTo(Reason.UPSTREAM_RESET);
    }
  }

  /** Runs something at the very end of an exchange. */
  private record EndHook(Runnable then) implements ResponseSink {
    @Override
    public void informational(int status, io.netty.handler.codec.http.HttpHeaders headers) {}

    @Override
    public void head(
        int status,
        String reasonPhrase,
        io.netty.handler.codec.http.HttpHeaders headers,
        long bodyLength) {}

    @Override
    public void body(io.netty.buffer.ByteBuf part) {
      part.release();
    }

    @Override
    public void end(io.netty.handler.codec.http.HttpHeaders trailers) {
      then.run();
    }

    @Override
    public void fail(Reason reason) {
      throw new AssertionError(reason);
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void wantBody() {}
  }

  private static final class Heard implements ProxyListener {
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void connectionOpened(String upstream) {
      events.add("opened");
    }

    @Override
    public void connectionClosed(String upstream) {
      events.add("closed");
    }

    @Override
    public void connectionReused(String upstream) {
      events.add("reused");
    }

    @Override
    public void responseHead(String upstream, long nanos) {
      events.add(nanos > 0 ? "head" : "head without time");
    }
  }
}
