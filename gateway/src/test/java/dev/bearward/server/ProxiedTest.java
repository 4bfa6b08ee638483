package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and proxy together, between a raw client and a raw upstream. */
class ProxiedTest {
  private static final long MIB = 1024 * 1024;
  private static final String GET = "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static String post(String field) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + field + "\r\n\r\n";
  }

  @Test
  @DisplayName("rule 143: Upgrade: h2c and its settings never reach the upstream")
  void upgrade_h2c_isNotForwarded() {
    try (var upstream = new StrictUpstream();
        var gateway = Proxied.before(upstream.port())) {
      String upgrade =
          "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAA";
      RawClient.Response response =
          gateway.server().exchange(GET.replace("\r\n\r\n", "\r\n" + upgrade + "\r\n\r\n"));
      assertThat(response.body()).isEqualTo("ok");
      StrictUpstream.Request got = upstream.requests.getFirst();
      assertThat(got.requestLine()).isEqualTo("GET /a?b=c HTTP/1.1");
      assertThat(got.all("upgrade")).isEmpty();
      assertThat(got.all("http2-settings")).isEmpty();
      assertThat(got.all("connection")).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "rule 94: the target's authority becomes the upstream's Host; ids are one and the same")
  void host_andRequestId_arriveOnce() {
    try (var upstream = new StrictUpstream();
        var gateway = Proxied.before(upstream.port())) {
      String request = "GET http://API.example.com:8080/a HTTP/1.1\r\nHost: other\r\n\r\n";
      RawClient.Response response = gateway.server().exchange(request);
      StrictUpstream.Request got = upstream.requests.getFirst();
      assertThat(got.all("host")).containsExactly("api.example.com:8080");
      assertThat(got.all("x-request-id")).containsExactly(response.header("x-request-id"));
    }
  }

  @Test
  @DisplayName(
      "rules 103, 107, 119: chunks go up as chunks of our own making, trailers as trailers")
  void chunkedRequest_isReframed() {
    try (var upstream = new StrictUpstream();
        var gateway = Proxied.before(upstream.port())) {
      String body = "3;ext=\"1\"\r\nabc\r\n0004\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n";
      assertThat(gateway.server().exchange(post("Transfer-Encoding: chunked") + body).status())
          .isEqualTo(200);
      StrictUpstream.Request got = upstream.requests.getFirst();
      assertThat(got.body()).isEqualTo("abcdefg");
      assertThat(got.all("transfer-encoding")).containsExactly("chunked");
      assertThat(got.all("x-sum")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zz\r\nok\r\n0\r\n\r\n", "2\nok\n0\n\n", "2\r\nok\r\n0\r\nX Y: z\r\n\r\n"})
  @DisplayName(
      "rules 114, 115: nonsense right behind a head is a refusal, and no connection that just ends")
  void malformedChunks_withTheirHead_areRefused(String chunks) {
    try (var upstream =
            RawUpstream.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        var gateway = Proxied.before(upstream.port())) {
      try (RawClient client = gateway.server().connect()) {
        for (int i = 0; i < 2; i++) {
          RawClient.Response response = client.exchange(GET);
          assertThat(response.status()).isEqualTo(502);
          assertThat(response.reason()).isEqualTo("upstream_invalid_response");
          assertThat(response.body()).doesNotContain("200 OK");
        }
      }
    }
  }

  @Test
  @DisplayName("rule 111: Expect: 100-continue works end to end")
  void expectContinue_endToEnd() {
    try (var upstream =
            RawUpstream.start(wire -> {
              String head = wire.readHead();
              if (head == null || !head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
                throw new AssertionError("Expect was not forwarded: " + head);
              }
              wire.send("HTTP/1.1 100 Continue\r\n\r\n");
              wire.readText(3);
              wire.send(OK);
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      client.send(post("Content-Length: 3\r\nExpect: 100-continue"));
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(client.exchange("abc").body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 114: an upstream that dies in its response is seen as an abort")
  void upstreamDies_clientSeesAbort() {
    try (var upstream =
            RawUpstream.start(wire -> {
              String head = wire.readHead();
              boolean chunked = head != null && head.startsWith("GET /chunked");
              wire.send(
                  chunked
                      ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
                      : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
            });
        var gateway = Proxied.before(upstream.port())) {
      for (String path : List.of("/chunked", "/length")) {
        try (var client = gateway.server().connect()) {
          client.send(GET.replace("/a?b=c", path));
          assertThat(client.readToEnd()).contains("abc").doesNotContain("\r\n0\r\n");
        }
      }
      try (var client = gateway.server().connect()) {
        client.send("GET /chunked HTTP/1.0\r\n\r\n");
        assertThat(client.endsInReset()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("rule 107: a response that ends with the upstream's connection becomes chunked")
  void untilClose_becomesChunked() {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send("HTTP/1.1 200 OK\r\n\r\nto the end");
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      RawClient.Response response = client.exchange(GET);
      assertThat(response.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(response.body()).isEqualTo("to the end");
      assertThat(client.exchange(GET).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 117: nobody listens: 502, and the client's connection goes on")
  void upstreamAbsent_is502() {
    int port;
    try (var gone = RawUpstream.answering(OK)) {
      port = gone.port();
    }
    try (var gateway = Proxied.before(port);
        var client = gateway.server().connect()) {
      assertThat(client.exchange(GET).reason()).isEqualTo("upstream_unavailable");
      assertThat(client.exchange(GET).status()).isEqualTo(502);
    }
  }

  @Test
  @DisplayName("a client that leaves closes the upstream's connection too")
  void clientLeaves_upstreamConnectionIsClosed() {
    try (var upstream = RawUpstream.start(wire -> wire.readUntil("never"));
        var gateway = Proxied.before(upstream.port())) {
      try (var client = gateway.server().connect()) {
        client.send(GET);
        Conversation wire = upstream.conversation(0);
        Eventually.await("the request", () -> wire.received().endsWith("\r\n\r\n"));
      }
      Eventually.await("closed", () -> upstream.conversation(0).over());
    }
  }

  @Test
  @DisplayName("rule 136: 200 MiB up, 200 MiB down; neither is ever held")
  void largeBodies_areStreamed() throws IOException {
    long size = 200 * MIB;
    var most = new AtomicLong();
    long before = DirectMemory.used();
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.skip(size);
              watch(most);
              wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
              send(wire, size, most);
            });
        var gateway = Proxied.before(upstream.port());
        var client = gateway.server().connect()) {
      client.send(post("Content-Length: " + size));
      Thread sender = Thread.ofVirtual().start(() -> send(client.wire(), size, most));
      assertThat(client.wire().readHead()).contains("content-length: " + size);
      client.wire().skip(size);
      assertThat(sender.isAlive()).isFalse();
    }
    assertThat(most.get() - before).isBetween(1L, 32 * MIB);
  }

  private static void send(Conversation wire, long size, AtomicLong most) {
    byte[] part = new byte[(int) MIB];
    try {
      for (long sent = 0; sent < size; sent += part.length) {
        wire.send(part);
        watch(most);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void watch(AtomicLong most) {
    most.accumulateAndGet(DirectMemory.used(), Math::max);
  }

  @Test
  @DisplayName("rule 108: many clients at once, kept connections, bodies: everyone gets its own")
  void manyClients_getTheirOwn() throws InterruptedException {
    var wrong = new AtomicInteger();
    try (var upstream =
            RawUpstream.start(wire -> {
              for (String r = wire.readRequest(); r != null; r = wire.readRequest()) {
                String body = r.substring(r.indexOf("\r\n\r\n") + 4);
                wire.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
              }
            });
        var gateway = Proxied.before(upstream.port())) {
      var clients =
          IntStream.range(0, 30)
              .mapToObj(i -> Thread.ofVirtual().start(() -> echo(gateway.server(), i, wrong)))
              .toList();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(wrong).hasValue(0);
      // A client may have its answer a moment before the exchange is told to be over.
      Eventually.await(
          "every exchange told", () -> gateway.server().listener().finished.size() >= 30 * 50);
      assertThat(gateway.server().listener().finished).hasSize(30 * 50);
    }
  }

  private static void echo(TestServer server, int i, AtomicInteger wrong) {
    try (var client = server.connect()) {
      for (int n = 0; n < 50; n++) {
        String body = "client " + i + " request " + n + "x".repeat(n * i);
        String answer = client.exchange(post("Content-Length: " + body.length()) + body).body();
        if (!answer.equals(body)) {
          wrong.incrementAndGet();
        }
      }
    } catch (RuntimeException | AssertionError e) {
      wrong.incrementAndGet();
    }
  }
}
