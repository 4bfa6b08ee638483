package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets between a raw client and a raw upstream: handshake, tunnel, end. */
class WebSocketTest {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final String HANDSHAKE =
      "GET /chat?x=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: "
          + KEY
          + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int MIB = 1024 * 1024;

  private static String with(String... fields) {
    return HANDSHAKE.replace("\r\n\r\n", "\r\n" + String.join("\r\n", fields) + "\r\n\r\n");
  }

  /** Agrees, then goes on. */
  private static RawUpstream agreeing(RawUpstream.Script then) {
    return RawUpstream.start(wire -> {
      String head = wire.readHead();
      if (head != null) {
        wire.send(EchoUpstream.agreement(head));
        then.play(wire);
      }
    });
  }

  private static Proxied idleAfter(int port, Duration idle) {
    Duration other = Duration.ofSeconds(20);
    var timeouts = new ServerSettings.Timeouts(other, other, other, idle, Duration.ofSeconds(1));
    return Proxied.before(port, Gates.open(), timeouts);
  }

  private static String read(RawClient client, int length) {
    try {
      return client.wire().readText(length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rules 154, 155: the handshake goes up with an Upgrade of our own, bytes both ways")
  void handshake_agreed_becomesTunnel() {
    try (var upstream = agreeing(wire -> wire.send("<" + wire.readText(4) + ">"));
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      String fields = "Sec-WebSocket-Protocol: chat, v2.chat";
      String extensions = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
      RawClient.Response response = client.exchange(with(fields, extensions, "Origin: https://a"));
      assertThat(response.status()).isEqualTo(101);
      assertThat(response.all("upgrade")).containsExactly("websocket");
      assertThat(response.all("connection")).containsExactly("upgrade");
      assertThat(response.header("sec-websocket-accept")).isEqualTo(ACCEPT);
      assertThat(response.header("x-request-id")).isNotNull();
      assertThat(response.all("content-length")).isEmpty();
      assertThat(response.all("transfer-encoding")).isEmpty();
      client.send("ping");
      assertThat(client.readToEnd()).isEqualTo("<ping>");
      String seen = upstream.conversation(0).received();
      assertThat(seen)
          .startsWith("GET /chat?x=1 HTTP/1.1\r\n")
          .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
          .contains("\r\n" + fields + "\r\n", "\r\n" + extensions + "\r\n")
          .contains("\r\nSec-WebSocket-Key: " + KEY + "\r\n", "\r\nSec-WebSocket-Version: 13\r\n")
          .endsWith("\r\n\r\nping");
      client.wire().close();
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.status()).isEqualTo(101);
      assertThat(outcome.complete()).isTrue();
      assertThat(outcome.reason()).isNull();
      assertThat(outcome.bytesIn()).isEqualTo(4);
      assertThat(outcome.bytesOut()).isEqualTo(6);
      freed(gateway);
    }
  }

  /** Both sockets are closed, and the pool's connection was not kept. */
  private static void freed(Proxied gateway) {
    Eventually.await("client freed", () -> gateway.server().server().connections() == 0);
    Eventually.await(
        "upstream freed",
        () ->
            gateway.forwarder().figures().getFirst().active() == 0
                && gateway.forwarder().figures().getFirst().idle() == 0);
  }

  static Stream<Arguments> faulty() {
    return Stream.of(
        argumentSet("POST", HANDSHAKE.replace("GET", "POST")),
        argumentSet("HTTP/1.0", HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0")),
        argumentSet("no Connection", HANDSHAKE.replace("Connection: Upgrade\r\n", "")),
        argumentSet(
            "Connection: close", HANDSHAKE.replace("Connection: Upgrade", "Connection: close")),
        argumentSet("no key", HANDSHAKE.replace("Sec-WebSocket-Key: " + KEY + "\r\n", "")),
        argumentSet("short key", HANDSHAKE.replace(KEY, "dGhlIHNhbXBsZSBub25j")),
        argumentSet("long key", HANDSHAKE.replace(KEY, "dGhlIHNhbXBsZSBub25jZQAA")),
        argumentSet("key not base64", HANDSHAKE.replace(KEY, "dGhlIHNhbXBsZSBub25jZ-==")),
        argumentSet("two keys", with("Sec-WebSocket-Key: " + KEY)),
        argumentSet("no version", HANDSHAKE.replace("Sec-WebSocket-Version: 13\r\n", "")),
        argumentSet("two versions", with("Sec-WebSocket-Version: 13")),
        argumentSet("a body", with("Content-Length: 2") + "ab"),
        argumentSet("chunks", with("Transfer-Encoding: chunked") + "0\r\n\r\n"));
  }

  @ParameterizedTest
  @MethodSource("faulty")
  @DisplayName("rule 153: a handshake that is none is 400, and the upstream sees nothing")
  void handshake_faulty_is400(String handshake) {
    try (var upstream = RawUpstream.answering(OK);
        var gateway = Proxied.before(upstream.port())) {
      RawClient.Response response = gateway.server().exchange(handshake);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.reason()).isEqualTo("bad_request");
      assertThat(upstream.conversations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "14", "013", "13, 8", "x"})
  @DisplayName("rule 153: another version is 426 and told the one that is understood")
  void handshake_otherVersion_is426(String version) {
    try (var upstream = RawUpstream.answering(OK);
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      var response = client.exchange(HANDSHAKE.replace("Version: 13", "Version: " + version));
      assertThat(response.status()).isEqualTo(426);
      assertThat(response.reason()).isEqualTo("websocket_version");
      assertThat(response.header("sec-websocket-version")).isEqualTo("13");
      assertThat(response.header("upgrade")).isEqualTo("websocket");
      assertThat(upstream.conversations()).isEmpty();
      assertThat(client.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status())
          .as("the connection is still HTTP")
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "websocket/13", "web socket", "foo, bar", "websockets"})
  @DisplayName("rules 88, 143: any other upgrade is an ordinary request without it")
  void upgrade_other_isIgnored(String protocol) {
    try (var upstream = RawUpstream.answering(OK);
        var gateway = Proxied.before(upstream.port())) {
      var response =
          gateway
              .server()
              .exchange(HANDSHAKE.replace("Upgrade: websocket", "Upgrade: " + protocol));
      assertThat(response.status()).isEqualTo(200);
      assertThat(upstream.conversation(0).received())
          .doesNotContainIgnoringCase("\r\nupgrade:")
          .doesNotContainIgnoringCase("\r\nconnection:");
    }
  }

  @Test
  @DisplayName("rule 152: without a permit there is a refusal in HTTP, and nothing upstream")
  void handshake_denied_isHttp() {
    try (var upstream = RawUpstream.answering(OK);
        var gateway =
            Proxied.before(upstream.port(), Gates.closed(Reason.NO_TOKEN), TestServer.TIMEOUTS)) {
      for (String handshake : List.of(HANDSHAKE, HANDSHAKE.replace("13", "12"))) {
        assertThat(gateway.server().exchange(handshake).status())
            .as("before anything is said of the handshake")
            .isEqualTo(401);
      }
      assertThat(upstream.conversations()).isEmpty();
    }
  }

  static Stream<Arguments> wrongAgreements() {
    String good = EchoUpstream.agreement(HANDSHAKE);
    return Stream.of(
        argumentSet("no accept", good.replace("Sec-WebSocket-Accept: " + ACCEPT + "\r\n", "")),
        argumentSet("wrong accept", good.replace(ACCEPT, ACCEPT.replace('s', 't'))),
        argumentSet("accept in lower case", good.replace(ACCEPT, ACCEPT.toLowerCase(Locale.ROOT))),
        argumentSet("two accepts", EchoUpstream.agreement(HANDSHAKE, "Sec-WebSocket-Accept: x")),
        argumentSet("no Upgrade", good.replace("Upgrade: websocket\r\n", "")),
        argumentSet("other Upgrade", good.replace("Upgrade: websocket", "Upgrade: h2c")),
        argumentSet("no Connection", good.replace("Connection: Upgrade\r\n", "")),
        argumentSet("HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0")),
        argumentSet("a length", EchoUpstream.agreement(HANDSHAKE, "Content-Length: 5")),
        argumentSet("chunks", EchoUpstream.agreement(HANDSHAKE, "Transfer-Encoding: chunked")),
        argumentSet("bare LF", good.replace("\r\n", "\n")));
  }

  @ParameterizedTest
  @MethodSource("wrongAgreements")
  @DisplayName("rule 154: a 101 that does not fit the handshake is 502, nothing goes through")
  void agreement_wrong_is502(String agreement) {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(agreement + "secret");
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      client.send(HANDSHAKE + "early");
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.reason()).isEqualTo("upstream_invalid_response");
      client.send("\r\n\r\n");
      assertThat(client.readToEnd())
          .as("what follows is read as a request")
          .contains("400 Bad Request")
          .doesNotContain("secret");
      Eventually.await("upstream freed", upstream.conversation(0)::over);
      assertThat(upstream.conversation(0).received()).doesNotContain("early");
    }
  }

  @Test
  @DisplayName("rule 154: a 101 that nobody asked for is 502")
  void agreement_unasked_is502() {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(EchoUpstream.agreement(HANDSHAKE));
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port())) {
      for (String upgrade : List.of("Upgrade: h2c", "X: websocket")) {
        String request = HANDSHAKE.replace("Upgrade: websocket", upgrade);
        assertThat(gateway.server().exchange(request).reason())
            .isEqualTo("upstream_invalid_response");
      }
    }
  }

  @Test
  @DisplayName("rule 154: another status stays HTTP, and what follows is a request to be decided")
  void handshake_answeredOtherwise_staysHttp() {
    try (var upstream = RawUpstream.answering(OK);
        var gateway = Proxied.before(upstream.port(), Gates::half, TestServer.TIMEOUTS);
        var client = gateway.server().connect()) {
      String handshake = HANDSHAKE.replace("/chat?x=1", "/open");
      client.send(
          handshake + "GET /closed HTTP/1.1\r\nHost: h\r\n\r\n" + handshake + "\u0081\u0000");
      assertThat(client.read().body()).isEqualTo("ok");
      assertThat(client.read().status()).isEqualTo(401);
      assertThat(client.read().body()).isEqualTo("ok");
      assertThat(client.read().status()).as("a frame is no request").isEqualTo(400);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(upstream.conversations()).as("kept, being HTTP").hasSize(1);
      assertThat(upstream.conversation(0).received()).doesNotContain("/closed");
    }
  }

  @Test
  @DisplayName("rule 154: bytes that the client sent early go up after the 101 only, all of them")
  void earlyBytes_waitForAgreement() {
    var agreed = new CountDownLatch(1);
    String early = "e".repeat(100_000);
    try (var upstream =
            RawUpstream.start(wire -> {
              String head = wire.readHead();
              await(agreed);
              wire.send(EchoUpstream.agreement(head == null ? "" : head) + "first");
              wire.readText(early.length());
              wire.send("all");
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      var sending = Thread.ofVirtual().start(() -> client.send(HANDSHAKE + early));
      Eventually.await("head", () -> upstream.conversation(0).received().endsWith("\r\n\r\n"));
      assertThat(upstream.conversation(0).received()).doesNotContain("eee");
      agreed.countDown();
      assertThat(client.read().status()).isEqualTo(101);
      assertThat(client.readToEnd()).isEqualTo("firstall");
      assertThat(sending.isAlive()).isFalse();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("rule 112: an interim response before the 101 is passed on")
  void interim_beforeAgreement_isRelayed() {
    try (var upstream =
            RawUpstream.start(wire -> {
              String head = wire.readHead();
              String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
              wire.send(hints + EchoUpstream.agreement(head == null ? "" : head) + "!");
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(103);
      assertThat(client.read().status()).isEqualTo(101);
      assertThat(client.readToEnd()).isEqualTo("!");
    }
  }

  @Test
  @DisplayName("rule 156: the client's end of sending goes up, the answer still comes down")
  void halfClose_ofClient_propagates() throws IOException {
    try (var upstream = agreeing(wire -> wire.send("got " + wire.readToEnd()));
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.send("all of it");
      client.wire().finish();
      assertThat(client.readToEnd()).isEqualTo("got all of it");
      assertThat(gateway.server().listener().outcome(0).complete()).isTrue();
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rule 156: the upstream's end of sending comes down, the client can still send")
  void halfClose_ofUpstream_propagates() {
    var got = new AtomicReference<String>("");
    try (var upstream =
            agreeing(wire -> {
              wire.send("bye");
              wire.finish();
              got.set(wire.readToEnd());
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      assertThat(client.readToEnd()).isEqualTo("bye");
      client.send("last words");
      client.wire().close();
      Eventually.await("last words", () -> "last words".equals(got.get()));
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rule 156: a reset of the client resets the upstream")
  void reset_ofClient_propagates() throws IOException {
    try (var upstream = agreeing(Conversation::readToEnd);
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.wire().reset();
      Eventually.await("reset", () -> upstream.conversation(0).broken() != null);
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.reason()).isNull();
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rule 156: a reset of the upstream resets the client")
  void reset_ofUpstream_propagates() {
    var go = new CountDownLatch(1);
    try (var upstream =
            agreeing(wire -> {
              await(go);
              wire.reset();
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      go.countDown();
      assertThat(client.endsInReset()).isTrue();
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.reason()).isEqualTo(Reason.UPSTREAM_RESET);
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rule 157: silence in both directions ends it; bytes in one direction keep it")
  void idle_endsTunnel() {
    try (var upstream = agreeing(Conversation::readToEnd);
        var gateway = idleAfter(upstream.port(), Duration.ofMillis(400));
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      long start = System.nanoTime();
      AtomicLong sent = new AtomicLong();
      Eventually.await(
          "a second of bytes",
          () -> {
            client.send("x");
            sent.incrementAndGet();
            return System.nanoTime() - start > 1_000_000_000L;
          });
      assertThat(gateway.server().listener().finished).isEmpty();
      long silent = System.nanoTime();
      assertThat(client.readToEnd()).isEmpty();
      assertThat(System.nanoTime() - silent).isGreaterThan(300_000_000L);
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.bytesIn()).isEqualTo(sent.get());
      Eventually.await("upstream", upstream.conversation(0)::over);
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rules 136, 187: a client that does not read stops the reading of the upstream")
  void slowClient_stopsUpstream() throws IOException {
    var sent = new AtomicLong();
    byte[] part = new byte[64 * 1024];
    long total = 64L * MIB;
    try (var upstream =
            agreeing(wire -> {
              while (sent.get() < total) {
                wire.send(part);
                sent.addAndGet(part.length);
              }
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      long stopped = stoppedAt(sent);
      assertThat(stopped).isLessThan(40L * MIB);
      assertThat(DirectMemory.used()).isLessThan(32L * MIB);
      client.wire().skip(total);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("rules 136, 187: an upstream that does not read stops the reading of the client")
  void slowUpstream_stopsClient() throws Exception {
    var go = new CountDownLatch(1);
    var sent = new AtomicLong();
    byte[] part = new byte[64 * 1024];
    long total = 64L * MIB;
    try (var upstream =
            agreeing(wire -> {
              await(go);
              wire.skip(total);
              wire.send("all");
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      var sending =
          Thread.ofVirtual()
              .start(() -> {
                while (sent.get() < total) {
                  send(client, part);
                  sent.addAndGet(part.length);
                }
              });
      assertThat(stoppedAt(sent)).isLessThan(40L * MIB);
      assertThat(DirectMemory.used()).isLessThan(32L * MIB);
      go.countDown();
      assertThat(read(client, 3)).isEqualTo("all");
      sending.join();
    }
  }

  private static void send(RawClient client, byte[] part) {
    try {
      client.wire().send(part);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until a count has not changed for 300 ms. */
  static long stoppedAt(AtomicLong count) {
    long[] last = {-1, System.nanoTime()};
    Eventually.await(
        "standstill",
        () -> {
          if (count.get() != last[0]) {
            last[0] = count.get();
            last[1] = System.nanoTime();
          }
          return last[0] > 0 && System.nanoTime() - last[1] > 300_000_000L;
        });
    return last[0];
  }

  @Test
  @DisplayName("timeouts.drain: a tunnel may go on until then, and is closed at its end")
  void drain_closesTunnel() {
    try (var upstream =
            agreeing(wire -> {
              wire.send("<" + wire.readText(2) + ">");
              wire.readToEnd();
            });
        var gateway = idleAfter(upstream.port(), Duration.ofSeconds(20));
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      var closing = gateway.server().server().close().toCompletableFuture();
      client.send("hi");
      assertThat(read(client, 4)).isEqualTo("<hi>");
      assertThat(client.readToEnd()).isEmpty();
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.reason()).isEqualTo(Reason.DRAINING);
      assertThat(outcome.status()).isEqualTo(101);
      Eventually.await("closed", closing::isDone);
      Eventually.await("upstream", upstream.conversation(0)::over);
    }
  }

  @Test
  @DisplayName("rule 156: a client that leaves before the 101 takes its upstream connection along")
  void clientGone_beforeAgreement_freesUpstream() {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      client.send(HANDSHAKE);
      Eventually.await("head", () -> upstream.conversation(0).received().endsWith("\r\n\r\n"));
      client.wire().close();
      Eventually.await("upstream", upstream.conversation(0)::over);
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rule 156: an upstream that ends in the very packet of its 101 loses nothing")
  void upstreamEnds_withAgreement_isWhole() throws IOException {
    try (var upstream = agreeing(wire -> wire.send("x".repeat(300_000)));
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.wire().skip(300_000);
      assertThat(client.readToEnd()).isEmpty();
    }
  }
}
