package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.RawUpstream;
import io.netty.channel.ChannelException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Names and addresses of upstreams. */
class UpstreamAddressTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static UpstreamSettings named(String host, int port, Duration connect) {
    return new UpstreamSettings(
        "app",
        host,
        port,
        null,
        connect,
        ProxySetup.DEFAULTS.responseTimeout(),
        ProxySetup.DEFAULTS.idleTimeout(),
        4,
        4,
        ProxySetup.DEFAULTS.maxWait());
  }

  private static ProxySetup setup(UpstreamSettings settings, SystemNames.Blocking names) {
    return new ProxySetup(settings, 1, ProxyListener.NONE, names);
  }

  @Test
  void forward_name_isLookedUpOffTheLoopOnce() {
    var lookups = new AtomicInteger();
    var threads = new ArrayList<Thread>();
    SystemNames.Blocking names =
        host -> {
          assertThat(host).isEqualTo("app.internal");
          lookups.incrementAndGet();
          threads.add(Thread.currentThread());
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    try (RawUpstream upstream =
            RawUpstream.start(conversation -> {
              conversation.readRequest();
              conversation.send(OK);
            });
        ProxySetup proxy =
            setup(named("app.internal", upstream.port(), Duration.ofSeconds(2)), names)) {
      for (int i = 0; i < 3; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
        proxy.awaitIdle(0);
      }
      assertThat(lookups).hasValue(1);
      assertThat(threads).allMatch(Thread::isVirtual);
    }
  }

  @Test
  void forward_firstAddressRefuses_nextIsTried() throws Exception {
    InetAddress dead = InetAddress.getByAddress(new byte[] {127, 0, 0, 77});
    SystemNames.Blocking names = host -> new InetAddress[] {dead, InetAddress.getLoopbackAddress()};
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy =
            setup(named("app.internal", upstream.port(), Duration.ofSeconds(2)), names)) {
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }

  @Test
  void forward_unknownName_isUnavailable() {
    SystemNames.Blocking names =
        host -> {
          throw new UnknownHostException(host);
        };
    try (ProxySetup proxy = setup(named("nowhere.invalid", 80, Duration.ofSeconds(2)), names)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(proxy.figures()).isEqualTo(new PoolFigures("app", 0, 0, 0));
    }
  }

  @Test
  void forward_lookUpHangs_timesOutAndLoopStaysFree() {
    var gate = new CountDownLatch(1);
    SystemNames.Blocking names =
        host -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new UnknownHostException(host);
          }
          return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    try (ProxySetup proxy = setup(named("slow.internal", 80, Duration.ofMillis(100)), names)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
      gate.countDown();
    }
  }

  @Test
  void forward_literalAddress_isNeverLookedUp() {
    SystemNames.Blocking names =
        host -> {
          throw new AssertionError("looked up " + host);
        };
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy =
            setup(named("127.0.0.1", upstream.port(), Duration.ofSeconds(2)), names)) {
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }

  @Test
  @DisplayName("a look-up that cannot even begin is made again, and does not stop all later ones")
  void forward_lookUpThrows_nextRequestLooksUpAgain() {
    var lookups = new AtomicInteger();
    NameLookup names =
        (host, loop) -> {
          if (lookups.getAndIncrement() == 0) {
            throw new ChannelException("no file descriptor left");
          }
          var here = List.of(InetAddress.getLoopbackAddress());
          return CompletableFuture.completedFuture(
              new NameLookup.Addresses(here, Duration.ofMinutes(1)));
        };
    try (RawUpstream upstream = RawUpstream.answering(OK);
        ProxySetup proxy =
            new ProxySetup(
                named("app.internal", upstream.port(), Duration.ofSeconds(2)),
                names,
                EndpointListener.NONE)) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
    }
  }
}
