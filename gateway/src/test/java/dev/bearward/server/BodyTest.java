package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BodyTest {
  private static final int MIB = 1024 * 1024;
  private static final String GET = "GET /open HTTP/1.1\r\nHost: h\r\n\r\n";

  private static String post(String path, long length) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private static String chunked(String path) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  @Test
  @DisplayName("a body that the upstream does not take is not read from the client either")
  void requestBody_upstreamSlow_isNotRead() throws IOException {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send(post("/open", 200L * MIB));
      var exchange = upstream.exchange(0);
      exchange.wants = false;
      Thread sender = Thread.ofVirtual().start(() -> send(client, 200));
      // What is taken before the pause, and then nothing more: the sender is stuck.
      Eventually.await("stuck", () -> sender.getState() == Thread.State.WAITING);
      assertThat(exchange.bytes.get()).isLessThan(MIB);
      exchange.wants = true;
      exchange.run(exchange.response::wantBody);
      Eventually.await("all of it", () -> exchange.bytes.get() == 200L * MIB);
      Eventually.await("complete", () -> exchange.complete);
      exchange.run(() -> exchange.answer(200, "ok"));
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  private static void send(RawClient client, int mebibytes) {
    String part = "x".repeat(MIB);
    for (int i = 0; i < mebibytes; i++) {
      client.send(part);
    }
  }

  @Test
  @DisplayName("a response that the client does not take stops the upstream; memory stays bounded")
  void responseBody_clientSlow_isNotProduced() throws IOException {
    long total = 200L * MIB;
    var producer = new CompletableFuture<Producer>();
    var upstream = RecordingForwarder.whenBegun(e -> producer.complete(Producer.start(e)));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send(GET.replace("/open", "/" + total));
      Eventually.await("stopped", () -> producer.join().stopped());
      assertThat(producer.join().produced()).isLessThan(20L * MIB);
      long direct = DirectMemory.used();
      String head = client.wire().readHead();
      assertThat(head).contains("content-length: " + total);
      client.wire().skip(total);
      assertThat(producer.join().produced()).isEqualTo(total);
      assertThat(DirectMemory.used() - direct).isLessThan(32L * MIB);
      assertThat(client.exchange(GET.replace("/open", "/3")).body()).isEqualTo("xxx");
    }
  }

  @Test
  @DisplayName(
      "rule 109: a refusal before a small body: the body is thrown away, the next is served")
  void refusal_smallBodyUnread_connectionGoesOn() {
    try (var server = TestServer.start(Gates::half, RecordingForwarder.ok());
        var client = server.connect()) {
      assertThat(client.exchange(post("/shut", 30_000)).reason()).isEqualTo("no_token");
      client.send("GET /not HTTP/1.1\r\n\r\n" + "x".repeat(30_000 - 22));
      assertThat(client.exchange(GET).body()).isEqualTo("ok");
      assertThat(client.exchange(chunked("/shut") + "3\r\nabc\r\n0\r\n\r\n" + GET).status())
          .isEqualTo(401);
      assertThat(client.read().body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("rule 109: a refusal before a large body says close; a client that sends on gets it")
  void refusal_largeBodyUnread_closesAndIsRead() throws IOException {
    try (var server = TestServer.start(Gates::half, RecordingForwarder.ok());
        var client = server.connect()) {
      client.send(post("/shut", 10 * MIB));
      client.send("x".repeat(4 * MIB)); // The refusal is on its way meanwhile.
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("rule 109: an endless chunked body after a refusal is cut off, not read as requests")
  void refusal_endlessChunks_closes() {
    try (var server = TestServer.start(Gates::half, RecordingForwarder.ok());
        var client = server.connect()) {
      String chunk = "1000\r\n" + "x".repeat(0x1000) + "\r\n";
      client.send(chunked("/shut") + chunk.repeat(20) + "0\r\n\r\n" + GET);
      assertThat(client.read().status()).isEqualTo(401);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(server.listener().started).hasSize(1);
    }
  }

  @Test
  @DisplayName(
      "rule 111: refused while it waits for a 100: close, since the body may or may not come")
  void refusal_expectingClient_closes() {
    try (var server = TestServer.start(Gates::half, RecordingForwarder.ok());
        var client = server.connect()) {
      client.send(post("/shut", 3).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("connection")).isEqualTo("close");
      client.send(GET);
      assertThat(client.readToEnd()).isEmpty();
      assertThat(server.listener().started).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 109: the upstream answers before the body is there: the rest is thrown away")
  void response_early_restIsDrained() {
    var upstream = RecordingForwarder.whenBegun(e -> e.answer(409, "early"));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      assertThat(client.exchange(post("/open", 5)).body()).isEqualTo("early");
      client.send("abcde");
      assertThat(client.exchange(post("/open", 5) + "abcde").body()).isEqualTo("early");
      RawClient.Response large = client.exchange(post("/open", 10 * MIB));
      assertThat(large.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("body_too_large: by Content-Length at once, without asking the upstream")
  void maxBody_byLength_isRefusedAtOnce() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(10), upstream);
        var client = server.connect()) {
      assertThat(client.exchange(post("/open", 10) + "0123456789").body()).isEqualTo("ok");
      RawClient.Response response = client.exchange(post("/open", 11) + "0123456789a");
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.reason()).isEqualTo("body_too_large");
      assertThat(upstream.received).hasSize(1);
      assertThat(client.exchange(GET).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("body_too_large: chunked, when it is passed; the upstream is let go")
  void maxBody_chunked_cancelsUpstream() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(10), upstream);
        var client = server.connect()) {
      client.send(chunked("/open") + "a\r\n0123456789\r\n");
      Eventually.await("ten bytes", () -> upstream.exchange(0).bytes.get() == 10);
      RawClient.Response response = client.exchange("1\r\na\r\n0\r\n\r\n" + GET);
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(upstream.exchange(0).cancelled).isTrue();
      assertThat(upstream.received).hasSize(1);
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.BODY_TOO_LARGE);
    }
  }

  @Test
  @DisplayName("rule 103: chunks that break in the middle cancel the upstream and are answered 400")
  void requestBody_brokenChunk_cancelsUpstream() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send(chunked("/open") + "3\r\nabc\r\n");
      Eventually.await("three bytes", () -> upstream.exchange(0).bytes.get() == 3);
      assertThat(client.exchange("zz\r\n").reason()).isEqualTo("bad_request");
      assertThat(upstream.exchange(0).cancelled).isTrue();
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  @DisplayName("rule 114: an upstream that fails after its head: the client sees no clean end")
  void response_failsAfterHead_isAborted() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          long length = exchange.head.path().value().equals("/length") ? 10 : -1;
          exchange.response.head(200, "OK", new DefaultHttpHeaders(), length);
          exchange.part("part");
          exchange.run(() -> exchange.run(() -> exchange.response.fail(Reason.UPSTREAM_RESET)));
        });
    try (var server = TestServer.start(Gates.open(), upstream)) {
      for (String path : new String[] {"/length", "/chunked"}) {
        try (var client = server.connect()) {
          client.send(GET.replace("/open", path));
          String all = client.readToEnd();
          assertThat(all).contains("part").doesNotEndWith("0\r\n\r\n");
        }
      }
      try (var client = server.connect()) {
        client.send("GET /a HTTP/1.0\r\n\r\n");
        assertThat(client.endsInReset()).isTrue();
      }
      Outcome outcome = server.listener().outcome(0);
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.status()).isEqualTo(200);
      assertThat(outcome.reason()).isEqualTo(Reason.UPSTREAM_RESET);
    }
  }

  @Test
  @DisplayName("parts of a response do not wait for the next: head and parts come as they are made")
  void response_inParts_arrivesInParts() throws IOException {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      long[] lengths = {10, 100_000, -1};
      for (int i = 0; i < lengths.length; i++) {
        long length = lengths[i];
        client.send(GET);
        var exchange = upstream.exchange(i);
        exchange.run(() -> exchange.response.head(200, "OK", new DefaultHttpHeaders(), length));
        assertThat(client.wire().readHead()).startsWith("HTTP/1.1 200 OK\r\n");
        exchange.run(() -> exchange.part("part"));
        client.wire().readUntil("part");
        String rest = "x".repeat(Math.max(0, (int) length - 4));
        exchange.run(() -> {
          if (!rest.isEmpty()) {
            exchange.part(rest);
          }
          exchange.response.end(EmptyHttpHeaders.INSTANCE);
        });
        client.wire().readUntil(length < 0 ? "\r\n0\r\n\r\n" : rest);
      }
    }
  }

  @Test
  @DisplayName("rule 107: a body that does not fit its declared length never leaves as such")
  void response_lengthWrong_isAborted() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          exchange.response.head(200, "OK", new DefaultHttpHeaders(), 4);
          exchange.part(exchange.head.path().value().equals("/long") ? "12345" : "123");
          exchange.response.end(EmptyHttpHeaders.INSTANCE);
        });
    try (var server = TestServer.start(Gates.open(), upstream)) {
      try (var client = server.connect()) {
        client.send(GET.replace("/open", "/long") + GET);
        assertThat(client.readToEnd()).doesNotContain("5");
      }
      try (var client = server.connect()) {
        client.send(GET.replace("/open", "/short") + GET);
        assertThat(client.readToEnd()).doesNotContain("HTTP/1.1 200 OK\r\n\r\n");
      }
      assertThat(server.listener().outcome(1).reason()).isEqualTo(Reason.UPSTREAM_INVALID_RESPONSE);
      assertThat(upstream.received).hasSize(2);
    }
  }

  @Test
  @DisplayName("a client that leaves in the middle frees the upstream, whichever way the body goes")
  void client_leaves_upstreamIsCancelled() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates.open(), upstream)) {
      try (var client = server.connect()) {
        client.send(GET);
        upstream.exchange(0);
      }
      Eventually.await("cancelled", () -> upstream.exchange(0).cancelled);
      try (var client = server.connect()) {
        client.send(post("/open", 10) + "abc");
        Eventually.await("three bytes", () -> upstream.exchange(1).bytes.get() == 3);
      }
      Eventually.await("cancelled", () -> upstream.exchange(1).cancelled);
      Outcome outcome = server.listener().outcome(1);
      assertThat(outcome.status()).isZero();
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.bytesIn()).isEqualTo(3);
    }
  }
}
