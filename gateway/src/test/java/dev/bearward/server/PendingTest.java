package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.AccessGate;
import dev.bearward.access.Denial;
import dev.bearward.access.WaitingShare;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.testing.Eventually;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PendingTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

  /** Lets everything wait until the test decides. */
  private static final class SlowGate implements AccessGate {
    final List<CompletableFuture<AccessDecision>> waiting = new CopyOnWriteArrayList<>();
    final List<RequestHead> heads = new CopyOnWriteArrayList<>();
    volatile WaitingShare share = new WaitingShare(1000, 2);

    @Override
    public AccessDecision decide(RequestHead head) {
      var stage = new CompletableFuture<AccessDecision>();
      heads.add(head);
      waiting.add(stage);
      return new AccessDecision.Pending(
          Gates.route(null),
          stage,
          List.of(new Header("Access-Control-Allow-Origin", "https://spa")),
          share);
    }

    void permit(int n) {
      Eventually.await("waiting " + n, () -> waiting.size() > n);
      waiting.get(n).complete(Gates.permit(heads.get(n)));
    }
  }

  @Test
  @DisplayName(
      "a pending decision goes on wherever it completes; no pipelined head is decided before")
  void pending_permit_goesOnInOrder() {
    var gate = new SlowGate();
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "got " + e.body()));
    try (var server = TestServer.start(gate, upstream);
        var client = server.connect()) {
      client.send(POST + GET);
      gate.permit(0);
      assertThat(client.read().body()).isEqualTo("got abc");
      Eventually.await("second", () -> gate.waiting.size() == 2);
      gate.waiting.get(1).complete(Denial.unrouted(Reason.KEYS_UNAVAILABLE));
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.header("retry-after")).isEqualTo("1");
    }
  }

  @Test
  @DisplayName("while one waits, the next head on its connection is not even looked at")
  void pending_pipelined_waits() {
    var gate = new SlowGate();
    try (var server = TestServer.start(gate, RecordingForwarder.ok());
        var client = server.connect();
        var other = server.connect()) {
      client.send(GET + GET);
      Eventually.await("first", () -> gate.waiting.size() == 1);
      other.send(GET); // Decided later than the pipelined one would have been.
      Eventually.await("other", () -> gate.waiting.size() == 2);
      gate.permit(1);
      assertThat(other.read().status()).isEqualTo(200);
      assertThat(gate.waiting).hasSize(2);
      gate.permit(0);
      assertThat(client.read().status()).isEqualTo(200);
      gate.permit(2);
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a client that leaves while its request waits frees the place, and nothing follows")
  void pending_clientLeaves_isCancelled(EventLoops.Transport transport) {
    var gate = new SlowGate();
    var upstream = RecordingForwarder.ok();
    try (var server =
        TestServer.start(
            gate, _ -> upstream, TestServer.LIMITS, TestServer.TIMEOUTS, loops(transport))) {
      try (var client = server.connect()) {
        client.send(POST);
        Eventually.await("waiting", () -> gate.waiting.size() == 1);
      }
      Eventually.await("cancelled", () -> gate.waiting.getFirst().isCancelled());
      assertThat(server.listener().outcome(0).status()).isZero();
      assertThat(server.listener().outcome(0).decision()).isNull();
      assertThat(upstream.received).isEmpty();
    }
  }

  private static EventLoops loops(EventLoops.Transport transport) {
    return EventLoops.start(1, transport);
  }

  @Test
  @DisplayName("overloaded: an issuer's share of memory holds no more; other issuers' do")
  void pending_beyondShare_isRefused() {
    var gate = new SlowGate();
    var memory = new MemoryLimits(1 << 24, 1 << 24, 4000, 1000);
    try (var server = TestServer.in(memory, gate, RecordingForwarder.ok());
        var other = server.connect();
        var second = server.connect()) {
      try (var first = server.connect()) {
        first.send(GET);
        Eventually.await("waiting", () -> gate.waiting.size() == 1);
        RawClient.Response response = second.exchange(GET);
        assertThat(response.reason()).isEqualTo("overloaded");
        assertThat(response.header("retry-after")).isEqualTo("1");
        // Rule 163: or a script could not read why.
        assertThat(response.header("access-control-allow-origin")).isEqualTo("https://spa");
        assertThat(gate.waiting.get(1).isCancelled()).isTrue();
        WaitingShare full = gate.share;
        gate.share = new WaitingShare(1000, 2);
        other.send(GET);
        gate.permit(2);
        assertThat(other.read().status()).isEqualTo(200);
        gate.share = full;
      }
      Eventually.await("cancelled", () -> gate.waiting.getFirst().isCancelled());
      second.send(GET);
      gate.permit(3);
      assertThat(second.read().status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 60: a stage that fails is our bug, not the client's")
  void pending_fails_isInternalError() {
    var gate = new SlowGate();
    try (var server = TestServer.start(gate, RecordingForwarder.ok());
        var client = server.connect()) {
      client.send(GET);
      Eventually.await("waiting", () -> gate.waiting.size() == 1);
      gate.waiting.getFirst().completeExceptionally(new IllegalStateException("bug"));
      assertThat(client.read().reason()).isEqualTo("internal_error");
      assertThat(client.readToEnd()).isEmpty();
    }
  }
}
