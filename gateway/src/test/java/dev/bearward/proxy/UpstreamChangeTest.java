package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an upstream whose settings change keeps of what was known, and what the old one does. */
class UpstreamChangeTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  /** The same upstream with another time-out. */
  private static UpstreamSettings changed(UpstreamSettings its) {
    return new UpstreamSettings(
        its.name(),
        its.endpoints(),
        its.balance(),
        its.protocol(),
        its.tls(),
        its.connectTimeout(),
        its.responseTimeout().plusSeconds(1),
        its.idleTimeout(),
        its.maxConnections(),
        its.maxPending(),
        its.maxWait(),
        its.health(),
        its.outlier(),
        its.retry());
  }

  private static PooledForwarder after(ProxySetup proxy, UpstreamSettings settings) {
    PooledForwarder next = proxy.forwarder.next(List.of(settings), Map.of());
    next.start();
    proxy.forwarder.drainFor(next);
    return next;
  }

  private static int status(ProxySetup proxy, PooledForwarder forwarder) {
    return Running.start(forwarder, TestRequest.get("/"), proxy.loop()).response().await().status();
  }

  private static List<EndpointView> bad(PooledForwarder forwarder) {
    return forwarder.endpoints().stream()
        .filter(view -> view.unhealthy() || view.ejectedFor() != null)
        .toList();
  }

  @Test
  @DisplayName("what its checks found of an endpoint holds on, until they find otherwise")
  void next_unhealthyEndpoint_staysSo() throws IOException {
    int port = Fleet.deadPort();
    try (RawUpstream good = RawUpstream.answering(Fleet.OK)) {
      Fleet fleet = Fleet.of(good.port(), port).roundRobin().health(Duration.ofMillis(50));
      try (ProxySetup proxy = fleet.proxy()) {
        proxy.forwarder.start(proxy.loop());
        Eventually.await("unhealthy", () -> bad(proxy.forwarder).size() == 1);
        try (PooledForwarder next =
            proxy.forwarder.next(List.of(changed(fleet.settings())), Map.of())) {
          assertThat(bad(next)).hasSize(1).allMatch(EndpointView::unhealthy);
          for (int i = 0; i < 6; i++) {
            assertThat(status(proxy, next)).isEqualTo(200);
          }
          next.start();
          proxy.forwarder.drainFor(next);
          try (var back =
              RawUpstream.at(InetAddress.getLoopbackAddress(), port, UpstreamChangeTest::answer)) {
            Eventually.await("healthy", () -> bad(next).isEmpty());
            assertThat(back.conversations()).isNotEmpty();
          }
        }
      }
    }
  }

  private static void answer(dev.bearward.testing.Conversation wire) throws IOException {
    while (wire.readRequest() != null) {
      wire.send(Fleet.OK);
    }
  }

  @Test
  @DisplayName("other checks begin without an opinion")
  void next_otherChecks_beginAnew() {
    try (RawUpstream good = RawUpstream.answering(Fleet.OK)) {
      Fleet fleet = Fleet.of(good.port(), Fleet.deadPort()).health(Duration.ofMillis(50));
      try (ProxySetup proxy = fleet.proxy()) {
        proxy.forwarder.start(proxy.loop());
        Eventually.await("unhealthy", () -> bad(proxy.forwarder).size() == 1);
        try (PooledForwarder next =
            proxy.forwarder.next(List.of(fleet.health(LONG).settings()), Map.of())) {
          assertThat(bad(next)).isEmpty();
        }
      }
    }
  }

  @Test
  @DisplayName("an endpoint that is left out for its failures stays so for the rest of the time")
  void next_ejectedEndpoint_returnsInTime() {
    try (RawUpstream good = RawUpstream.answering(Fleet.OK);
        RawUpstream worse = RawUpstream.answering(Fleet.DOWN)) {
      Fleet fleet =
          Fleet.of(good.port(), worse.port()).roundRobin().outlier(1, Duration.ofSeconds(2));
      try (ProxySetup proxy = fleet.proxy()) {
        proxy.forwarder.start(proxy.loop());
        proxy.exchange(TestRequest.get("/"));
        proxy.exchange(TestRequest.get("/"));
        assertThat(bad(proxy.forwarder)).hasSize(1);
        try (PooledForwarder next = after(proxy, changed(fleet.settings()))) {
          assertThat(bad(next)).hasSize(1).allMatch(view -> view.ejectedFor() != null);
          assertThat(status(proxy, next)).isEqualTo(200);
          assertThat(status(proxy, next)).isEqualTo(200);
          Eventually.await("its return", () -> bad(next).isEmpty());
        }
        try (PooledForwarder without =
            proxy.forwarder.next(
                List.of(Fleet.of(worse.port(), good.port()).settings()), Map.of())) {
          assertThat(bad(without)).isEmpty();
        }
      }
    }
  }

  @Test
  @DisplayName("regression: a change while name servers are down goes on with the last addresses")
  void next_nameServersDown_lastAddressesServe() {
    var lookups = new AtomicInteger();
    NameLookup once =
        (host, loop) ->
            lookups.getAndIncrement() == 0
                ? CompletableFuture.completedFuture(
                    new NameLookup.Addresses(List.of(InetAddress.getLoopbackAddress()), LONG))
                : CompletableFuture.failedFuture(new IOException("SERVFAIL"));
    try (RawUpstream upstream = RawUpstream.answering(Fleet.OK)) {
      UpstreamSettings settings =
          Fleet.of(new EndpointAddress.Tcp("app.internal", upstream.port())).settings();
      try (var proxy = new ProxySetup(settings, once, EndpointListener.NONE)) {
        proxy.forwarder.start(proxy.loop());
        assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
        try (PooledForwarder next = after(proxy, changed(settings))) {
          Eventually.await("another look-up", () -> lookups.get() > 1);
          assertThat(status(proxy, next)).isEqualTo(200);
        }
      }
    }
  }

  @Test
  @DisplayName("a request decided before is still served by the old upstream, which keeps nothing")
  void drained_requestDecidedBefore_isServedOnce() {
    try (RawUpstream upstream = RawUpstream.answering(Fleet.OK);
        RawUpstream other = RawUpstream.answering(Fleet.OK);
        ProxySetup proxy = Fleet.of(upstream.port()).proxy()) {
      proxy.forwarder.start(proxy.loop());
      assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
      try (PooledForwarder next = after(proxy, Fleet.of(other.port()).settings())) {
        Eventually.await("the kept connection to go", () -> upstream.conversation(0).over());
        assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
        assertThat(upstream.conversations()).hasSize(2);
        Eventually.await("the new connection to go", () -> upstream.conversation(1).over());
        Eventually.await("no connection", () -> proxy.figures().active() == 0);
        assertThat(proxy.figures().idle()).isZero();
        assertThat(other.conversations()).isEmpty();
        assertThat(status(proxy, next)).isEqualTo(200);
      }
    }
  }

  @Test
  @DisplayName(
      "regression: a drained upstream whose name nobody found is asked for, not waited for")
  void drained_nameUnknown_isUnavailableAtOnce() {
    var lookups = new AtomicInteger();
    NameLookup never =
        (host, loop) -> {
          lookups.incrementAndGet();
          return CompletableFuture.failedFuture(new IOException("NXDOMAIN"));
        };
    UpstreamSettings settings = Fleet.of(new EndpointAddress.Tcp("app.internal", 80)).settings();
    try (var proxy = new ProxySetup(settings, never, EndpointListener.NONE)) {
      proxy.forwarder.start(proxy.loop());
      proxy.forwarder.drain();
      Eventually.await("a look-up", () -> lookups.get() >= 1);
      int before = lookups.get();
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(lookups.get()).isGreaterThan(before);
    }
  }

  @Test
  @DisplayName("regression: upstreams of a configuration that is not taken into use do nothing")
  void next_notStarted_doesNothing() {
    try (RawUpstream unseen = RawUpstream.answering(Fleet.OK);
        RawUpstream seen = RawUpstream.answering(Fleet.OK);
        ProxySetup proxy = Fleet.of(seen.port()).proxy()) {
      proxy.forwarder.start(proxy.loop());
      Duration often = Duration.ofMillis(10);
      UpstreamSettings refused = Fleet.of(unseen.port()).health(often).settings();
      try (PooledForwarder never = proxy.forwarder.next(List.of(refused), Map.of());
          PooledForwarder used = after(proxy, Fleet.of(seen.port()).health(often).settings())) {
        Eventually.await("checks", () -> seen.conversations().size() >= 5);
        assertThat(unseen.conversations()).isEmpty();
        assertThat(bad(never)).isEmpty();
        assertThat(bad(used)).isEmpty();
      }
    }
  }
}
