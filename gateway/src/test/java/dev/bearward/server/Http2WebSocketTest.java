package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** WebSockets over HTTP/2 (RFC 8441, rule 160). */
class Http2WebSocketTest {
  private static final long TOTAL = 64L * 1024 * 1024;

  private static String[] connect(String... more) {
    var all =
        new ArrayList<>(
            List.of(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/chat?x=1",
                ":authority",
                "h",
                "sec-websocket-version",
                "13"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String text(RawHttp2 client, int stream, int length) {
    var text = new StringBuilder();
    while (text.length() < length) {
      RawHttp2.Frame frame = client.await(RawHttp2.DATA);
      assertThat(frame.stream()).isEqualTo(stream);
      text.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  @Test
  @DisplayName(
      "an extended CONNECT becomes a handshake of HTTP/1.1 with a key of our own, then bytes both ways")
  void connect_agreed_becomesTunnel() {
    var head = new AtomicReference<String>();
    try (var upstream =
            RawUpstream.start(wire -> {
              String handshake = requireNonNull(wire.readHead());
              head.set(handshake);
              wire.send(EchoUpstream.agreement(handshake));
              wire.send("<" + wire.readText(4) + ">");
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      client.headers(1, false, connect("sec-websocket-protocol", "chat", "origin", "https://a"));
      RawHttp2.Frame answer = client.await(RawHttp2.HEADERS);
      var fields = requireNonNull(answer.headers());
      assertThat(fields.status()).hasToString("200");
      assertThat(answer.has(RawHttp2.END_STREAM)).isFalse();
      assertThat(fields.get("sec-websocket-accept")).isNull();
      client.data(1, false, "ping");
      assertThat(text(client, 1, 6)).isEqualTo("<ping>");
      assertThat(head.get())
          .startsWith("GET /chat?x=1 HTTP/1.1\r\nHost: h\r\n")
          .contains("sec-websocket-protocol: chat\r\n")
          .contains("origin: https://a\r\n")
          .contains("Upgrade: websocket\r\n")
          .containsIgnoringCase("sec-websocket-key: ");
      client.data(1, true, "");
      RawHttp2.Frame last = client.await(RawHttp2.DATA);
      assertThat(last.has(RawHttp2.END_STREAM)).isTrue();
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.status()).isEqualTo(101);
      assertThat(outcome.method()).isEqualTo("GET");
      assertThat(outcome.bytesIn()).isEqualTo(4);
      assertThat(outcome.bytesOut()).isEqualTo(6);
      assertThat(outcome.complete()).isTrue();
    }
  }

  @Test
  @DisplayName("rule 152: what is refused is refused as HTTP, and the upstream sees nothing")
  void connect_refused_isOrdinaryHttp() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.closed(Reason.NO_TOKEN), upstream);
        var client = RawHttp2.connect(server)) {
      client.headers(1, false, connect());
      assertThat(client.response(1).reason()).isEqualTo("no_token");
      assertThat(upstream.received).isEmpty();
    }
  }

  @Test
  @DisplayName("rule 153: a version other than 13 is 426, none at all is 400")
  void connect_otherVersion_isRefused() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok());
        var client = RawHttp2.connect(server)) {
      String[] other = connect();
      other[other.length - 1] = "8";
      client.headers(1, false, other);
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(426);
      assertThat(response.header("sec-websocket-version")).isEqualTo("13");
      client.headers(3, false, List.of(connect()).subList(0, 10).toArray(String[]::new));
      assertThat(client.response(3).reason()).isEqualTo("bad_request");
    }
  }

  @Test
  @DisplayName("rule 154: an upstream that does not agree answers in HTTP")
  void connect_notAgreed_staysHttp() {
    try (var upstream =
            RawUpstream.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      client.headers(1, false, connect());
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(403);
      assertThat(response.body()).isEqualTo("no");
    }
  }

  @Test
  @DisplayName(
      "rule 156: a reset of the stream resets the upstream's connection, and no other stream")
  void reset_propagates() {
    var upstreamEnded = new AtomicReference<String>();
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.send(EchoUpstream.agreement(requireNonNull(wire.readHead())));
              wire.send("hello");
              try {
                upstreamEnded.set("end " + wire.readToEnd());
              } catch (java.io.IOException e) {
                upstreamEnded.set("reset");
              }
            });
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      client.headers(1, false, connect());
      assertThat(text(client, 1, 5)).isEqualTo("hello");
      client.reset(1);
      Eventually.await("upstream reset", () -> upstreamEnded.get() != null);
      assertThat(upstreamEnded.get()).isEqualTo("reset");
      client.frame(RawHttp2.PING, 0, 0, new byte[8]);
      assertThat(client.await(RawHttp2.PING).has(RawHttp2.ACK)).isTrue();
    }
  }

  /** An upstream that agrees, then goes on. */
  private static RawUpstream agreeing(RawUpstream.Script then) {
    return RawUpstream.start(wire -> {
      wire.send(EchoUpstream.agreement(requireNonNull(wire.readHead())));
      then.play(wire);
    });
  }

  private static void open(RawHttp2 client) {
    client.headers(1, false, connect());
    assertThat(requireNonNull(client.await(RawHttp2.HEADERS).headers()).status())
        .hasToString("200");
  }

  /** Reads so many bytes of the tunnel and opens the windows for as many. */
  private static void skip(RawHttp2 client, long bytes) {
    for (long left = bytes; left > 0; ) {
      int size = client.await(RawHttp2.DATA).payload().length;
      left -= size;
      if (size > 0) {
        client.window(0, size);
        client.window(1, size);
      }
    }
  }

  @Test
  @DisplayName("rules 136, 187: a client that opens no window stops the reading of the upstream")
  void slowClient_stopsUpstream() {
    var sent = new AtomicLong();
    byte[] part = new byte[64 * 1024];
    try (var upstream =
            agreeing(wire -> {
              while (sent.get() < TOTAL) {
                wire.send(part);
                sent.addAndGet(part.length);
              }
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      open(client);
      long stopped = WebSocketTest.stoppedAt(sent);
      assertThat(stopped).isLessThan(40L * 1024 * 1024);
      assertThat(DirectMemory.used()).isLessThan(32L * 1024 * 1024);
      skip(client, TOTAL);
    }
  }

  @Test
  @DisplayName("rules 136, 187: an upstream that does not read stops the client by its windows")
  void slowUpstream_stopsClient() {
    var go = new CountDownLatch(1);
    try (var upstream =
            agreeing(wire -> {
              await(go);
              wire.skip(TOTAL);
              wire.send("all");
              wire.readToEnd();
            });
        var gateway = Proxied.before(upstream.port());
        var client = RawHttp2.connect(gateway.server())) {
      ConformingServer.exchangeSettings(client);
      open(client);
      var sender = new Sender(client);
      sender.sendWhatFits(TOTAL);
      assertThat(sender.sent).isLessThan(40L * 1024 * 1024);
      assertThat(DirectMemory.used()).isLessThan(32L * 1024 * 1024);
      go.countDown();
      while (sender.sent < TOTAL) {
        sender.awaitWindow();
        sender.sendWhatFits(TOTAL);
      }
      assertThat(text(client, 1, 3)).isEqualTo("all");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends DATA as far as the windows allow. */
  private static final class Sender {
    private static final int PART = 16_384;
    private final RawHttp2 client;
    private long sent;
    private long stream = Http2Bounds.STREAM_WINDOW;
    private long connection = Http2Bounds.CONNECTION_WINDOW;

    Sender(RawHttp2 client) {
      this.client = client;
    }

    /** Sends until no window opens any more, as the answers to some PINGs show. */
    void sendWhatFits(long most) {
      for (int silent = 0; silent < 20 && sent < most; silent++) {
        while (sent < most && Math.min(stream, connection) >= PART) {
          client.data(1, false, new byte[PART]);
          sent += PART;
          stream -= PART;
          connection -= PART;
          silent = 0;
        }
        client.frame(RawHttp2.PING, 0, 0, new byte[8]);
        while (take(requireNonNull(client.read()))) {
          silent = 0;
        }
      }
    }

    /** Waits until a window opens. */
    void awaitWindow() {
      take(client.await(RawHttp2.WINDOW_UPDATE));
    }

    private boolean take(RawHttp2.Frame frame) {
      if (frame.type() != RawHttp2.WINDOW_UPDATE) {
        return false;
      }
      int more = ByteBuffer.wrap(frame.payload()).getInt();
      if (frame.stream() == 0) {
        connection += more;
      } else {
        stream += more;
      }
      return true;
    }
  }

  @Test
  @DisplayName("rule 157: silence in both directions ends the stream, and no other")
  void idle_endsTunnel() {
    Duration other = Duration.ofSeconds(20);
    var timeouts =
        new ServerSettings.Timeouts(
            other, other, other, Duration.ofMillis(400), Duration.ofSeconds(1));
    try (var upstream = agreeing(Conversation::readToEnd);
        var gateway = Proxied.before(upstream.port(), Gates.open(), timeouts);
        var client = RawHttp2.connect(gateway.server())) {
      open(client);
      client.data(1, false, "hello");
      RawHttp2.Response rest = client.response(1);
      assertThat(rest.body()).isEmpty();
      Outcome outcome = gateway.server().listener().outcome(0);
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.bytesIn()).isEqualTo(5);
      Eventually.await("upstream", upstream.conversation(0)::over);
      ConformingServer.pings(client);
    }
  }
}
