package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.WaitingShare;
import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the heads of one event loop may take of its memory. */
class HeadMemoryTest {
  private static final int KIB = 1024;
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String UNFINISHED = "GET /a HTTP/1.1\r\nHost: h\r\n" + fields(60);
  private static final MemoryLimits SMALL =
      new MemoryLimits(256 * KIB, 64 * 1024 * KIB, 64 * KIB, 1000);

  /** So many field lines of about 300 bytes. */
  private static String fields(int count) {
    var fields = new StringBuilder();
    for (int i = 0; i < count; i++) {
      fields.append("X-").append(i).append(": ").append("v".repeat(300)).append("\r\n");
    }
    return fields.toString();
  }

  @Test
  @DisplayName("finding H1: beyond the memory for heads the slowest is refused; others are served")
  void heads_unfinishedBeyondMemory_slowestIsRefused() {
    try (var server = TestServer.in(SMALL, Gates.open(), RecordingForwarder.ok());
        var slowest = server.connect();
        var honest = server.connect()) {
      slowest.send(UNFINISHED);
      var others = new ArrayList<RawClient>();
      for (int i = 0; i < 20; i++) {
        RawClient other = server.connect();
        other.send(UNFINISHED);
        others.add(other);
        assertThat(honest.exchange(GET).status()).isEqualTo(200);
      }
      RawClient.Response response = slowest.read();
      assertThat(response.reason()).isEqualTo("overloaded");
      assertThat(response.header("retry-after")).isEqualTo("1");
      assertThat(slowest.readToEnd()).isEmpty();
      RawClient newest = others.getLast();
      newest.send("\r\n");
      assertThat(newest.read().status()).isEqualTo(200);
      others.forEach(RawClient::close);
    }
  }

  @Test
  @DisplayName("finding H1: unfinished lines and empty lines count as the buffers that hold them")
  void heads_unfinishedLines_areBounded() {
    try (var server = TestServer.in(SMALL, Gates.open(), RecordingForwarder.ok())) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 300; i++) {
        RawClient client = server.connect();
        client.send("G");
        clients.add(client);
      }
      Eventually.await("refused", () -> server.listener().refused.contains(Reason.OVERLOADED));
      assertThat(clients.getFirst().read().reason()).isEqualTo("overloaded");
      assertThat(clients.getLast().exchange(GET.substring(1)).status()).isEqualTo(200);
      clients.forEach(RawClient::close);
    }
  }

  @Test
  @DisplayName("finding H1: kept connections hold nothing of the heads they brought")
  void connections_keptAfterLargeHeads_holdNothing() {
    String large = "GET /a HTTP/1.1\r\nHost: h\r\nX-Large: " + "v".repeat(20 * KIB) + "\r\n\r\n";
    try (var server = TestServer.in(SMALL, Gates.open(), RecordingForwarder.ok())) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 60; i++) {
        RawClient client = server.connect();
        clients.add(client);
        assertThat(client.exchange(large).status()).isEqualTo(200);
      }
      for (RawClient client : clients) {
        assertThat(client.exchange(large).status()).isEqualTo(200);
        client.close();
      }
      assertThat(server.listener().refused).isEmpty();
    }
  }

  @Test
  @DisplayName("finding H1: heads in flight count; what would go beyond is refused undecided")
  void heads_inFlightBeyondMemory_areRefused() {
    var upstream = RecordingForwarder.whenComplete(_ -> {});
    try (var server = TestServer.in(SMALL, Gates.open(), upstream)) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 20; i++) {
        RawClient client = server.connect();
        clients.add(client);
        client.send(UNFINISHED + "\r\n");
      }
      Eventually.await("refused", () -> server.listener().refused.size() > 10);
      int forwarded = upstream.received.size();
      assertThat(forwarded).isBetween(3, 9);
      Eventually.await("all", () -> upstream.received.size() + refusals(server) == 20);
      upstream.received.forEach(e -> e.loop.execute(() -> e.answer(200, "late")));
      assertThat(clients.getFirst().read().body()).isEqualTo("late");
      assertThat(clients.getLast().read().reason()).isEqualTo("overloaded");
      clients.forEach(RawClient::close);
    }
  }

  private static int refusals(TestServer server) {
    return server.listener().refused.size();
  }

  @Test
  @DisplayName("finding H1: what is pipelined behind requests in flight is bounded as well")
  void bytes_pipelinedBeyondMemory_endTheirExchange() {
    var upstream = RecordingForwarder.whenComplete(_ -> {});
    String pipelined = GET.repeat(2000);
    try (var server = TestServer.in(SMALL, Gates.open(), upstream)) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 30; i++) {
        RawClient client = server.connect();
        clients.add(client);
        client.send(pipelined);
      }
      Eventually.await("broken off", () -> overloaded(server) > 3);
      assertThat(server.exchange("GET / HTTP/1.1\r\n\r\n").status()).isEqualTo(400);
      clients.forEach(RawClient::close);
    }
  }

  private static long overloaded(TestServer server) {
    return server.listener().finished.stream()
        .filter(outcome -> outcome.reason() == Reason.OVERLOADED)
        .count();
  }

  @Test
  @DisplayName("finding H2: requests that wait for a decision are bounded by their bytes, too")
  void pending_beyondMemory_isOverloaded() {
    var waiting = new ArrayList<CompletableFuture<AccessDecision>>();
    var memory = new MemoryLimits(64 * 1024 * KIB, 64 * 1024 * KIB, 200 * KIB, 1000);
    var share = new WaitingShare(1000, 1);
    try (var server =
        TestServer.in(
            memory,
            _ -> {
              var stage = new CompletableFuture<AccessDecision>();
              waiting.add(stage);
              return new AccessDecision.Pending(Gates.route(null), stage, List.of(), share);
            },
            RecordingForwarder.ok())) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        RawClient client = server.connect();
        clients.add(client);
        client.send(UNFINISHED + "\r\n");
      }
      Eventually.await("overloaded", () -> overloaded(server) >= 5);
      assertThat(clients.getLast().read().reason()).isEqualTo("overloaded");
      clients.getFirst().close();
      Eventually.await("cancelled", () -> waiting.getFirst().isCancelled());
      RawClient next = clients.getLast();
      next.send(UNFINISHED + "\r\n");
      Eventually.await("waits", () -> waiting.size() == 11 && !waiting.getLast().isDone());
      assertThat(overloaded(server)).isLessThan(9);
      clients.forEach(RawClient::close);
    }
  }
}
