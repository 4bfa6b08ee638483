package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.proxy.NameLookup.Addresses;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.DnsServer;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Names of upstreams, asked for at a name server over real sockets. */
@Timeout(60)
class DnsNamesTest {
  private static final NameLookup NOBODY =
      (host, loop) -> CompletableFuture.failedFuture(new UnknownHostException(host));

  private final DnsServer server = DnsServer.start();
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, ProxySetup.nativeTransport());

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    server.close();
  }

  /** Names as in a pod of Kubernetes, where the server is the only one. */
  private DnsNames names(int ndots) {
    return new DnsNames(NOBODY, builder -> inPod(builder).ndots(ndots));
  }

  private DnsNameResolverBuilder inPod(DnsNameResolverBuilder builder) {
    return builder
        .nameServerProvider(new SequentialDnsServerAddressStreamProvider(server.address()))
        .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
        .queryTimeoutMillis(300)
        .searchDomains(List.of("default.svc.cluster.local", "svc.cluster.local", "cluster.local"));
  }

  private Addresses find(NameLookup names, String host) {
    return names.find(host, (EventLoop) loops.iterator().next()).toCompletableFuture().join();
  }

  private Addresses find(String host) {
    return find(names(1), host);
  }

  private static Addresses addresses(int seconds, String... literals) {
    List<InetAddress> all = List.of(literals).stream().map(InetAddress::ofLiteral).toList();
    return new Addresses(all, Duration.ofSeconds(seconds));
  }

  @Test
  void find_severalOfBothKinds_hasAllOfThem() {
    server.put("app.test", 7, "192.0.2.1", "2001:db8::1", "192.0.2.2");
    assertThat(find("app.test")).isEqualTo(addresses(7, "192.0.2.1", "192.0.2.2", "2001:db8::1"));
    assertThat(server.asked()).contains("udp A app.test.", "udp AAAA app.test.");
  }

  @Test
  void find_onlyIpv6_isFound() {
    server.put("six.test", 9, "2001:db8::6");
    assertThat(find("six.test")).isEqualTo(addresses(9, "2001:db8::6"));
  }

  @ParameterizedTest
  @CsvSource({"5, 300, 5", "300, 5, 5", "0, 5, 0"})
  @DisplayName("an alias is good as long as the shortest-lived of its records")
  void find_alias_isGoodAsLongAsAllOfIt(int alias, int address, int shortest) {
    server.alias("app.test", alias, "real.test").put("real.test", address, "192.0.2.3");
    assertThat(find("app.test")).isEqualTo(addresses(shortest, "192.0.2.3"));
  }

  @Test
  @DisplayName("what does not fit into a datagram is asked for over TCP")
  void find_truncated_isAskedOverTcp() {
    String[] many = IntStream.range(1, 60).mapToObj(i -> "192.0.2." + i).toArray(String[]::new);
    server.put("many.test", 5, many);
    server.truncating(true);
    assertThat(find("many.test")).isEqualTo(addresses(5, many));
    assertThat(server.asked()).contains("tcp A many.test.");
  }

  @Test
  @DisplayName("the hosts file goes first")
  void find_inHostsFile_asksNobody() {
    assertThat(find("localhost").addresses()).contains(InetAddress.ofLiteral("127.0.0.1"));
    assertThat(find("localhost").usableFor()).isEqualTo(Duration.ofSeconds(30));
    assertThat(server.asked()).isEmpty();
  }

  @Test
  @DisplayName("in Kubernetes (ndots 5) a service is found by each of its names")
  void find_serviceInPod_isFoundBySearchList() {
    server.put("app.default.svc.cluster.local", 5, "192.0.2.1");
    server.put("app.other.svc.cluster.local", 5, "192.0.2.2");
    DnsNames names = names(5);
    for (String name : List.of("app", "app.default", "app.default.svc.cluster.local")) {
      assertThat(find(names, name)).as(name).isEqualTo(addresses(5, "192.0.2.1"));
    }
    assertThat(server.asked().getFirst()).endsWith(" app.default.svc.cluster.local.");
    assertThat(find(names, "app.other.svc")).isEqualTo(addresses(5, "192.0.2.2"));
  }

  @Test
  @DisplayName(
      "in Kubernetes (ndots 5) a name of the world is found after the search list, or at once")
  void find_worldInPod_isFoundAfterSearchList() {
    server.put("api.example.com", 5, "192.0.2.9");
    assertThat(find(names(5), "api.example.com")).isEqualTo(addresses(5, "192.0.2.9"));
    assertThat(server.asked())
        .contains(
            "udp A api.example.com.default.svc.cluster.local.",
            "udp A api.example.com.svc.cluster.local.",
            "udp A api.example.com.cluster.local.",
            "udp A api.example.com.");
    int before = server.asked().size();
    assertThat(find(names(5), "api.example.com.")).isEqualTo(addresses(5, "192.0.2.9"));
    assertThat(server.asked().subList(before, server.asked().size()))
        .allMatch(question -> question.endsWith(" api.example.com."));
  }

  /** What may be wrong with a name server. */
  enum Fault {
    NXDOMAIN,
    SERVFAIL,
    REFUSED,
    SILENT
  }

  private void apply(Fault fault) {
    switch (fault) {
      case NXDOMAIN -> server.fail("app.test", DnsResponseCode.NXDOMAIN);
      case SERVFAIL -> server.fail("app.test", DnsResponseCode.SERVFAIL);
      case REFUSED -> server.fail("app.test", DnsResponseCode.REFUSED);
      case SILENT -> server.silent(true);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("what the name servers cannot say is looked up by the other way")
  void find_fault_asksOtherwise(Fault fault) {
    server.put("app.test", 5, "192.0.2.1");
    apply(fault);
    NameLookup other = (host, loop) -> CompletableFuture.completedFuture(addresses(1, "192.0.2.8"));
    assertThat(find(new DnsNames(other, this::inPod), "app.test"))
        .isEqualTo(addresses(1, "192.0.2.8"));
    CompletableFuture<Addresses> nobody =
        names(1).find("app.test", (EventLoop) loops.iterator().next()).toCompletableFuture();
    assertThat(nobody).failsWithin(Duration.ofSeconds(30));
  }

  private static void answerAll(Conversation conversation) throws IOException {
    while (conversation.readRequest() != null) {
      conversation.send(Fleet.OK);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "other addresses get the traffic within a time to live, and none is lost; nor by a fault")
  void forward_nameMovesAndServersFail_noRequestIsLost(Fault fault) {
    InetAddress first = InetAddress.ofLiteral("127.0.0.1");
    InetAddress second = InetAddress.ofLiteral("127.0.0.2");
    server.put("app.test", 1, "127.0.0.1");
    try (RawUpstream old = RawUpstream.at(first, 0, DnsNamesTest::answerAll);
        RawUpstream next = RawUpstream.at(second, old.port(), DnsNamesTest::answerAll);
        ProxySetup proxy =
            new ProxySetup(
                Fleet.of(new EndpointAddress.Tcp("app.test", old.port())).settings(),
                names(1),
                EndpointListener.NONE)) {
      proxy.forwarder.start(proxy.loop());
      ask(proxy);
      server.put("app.test", 1, "127.0.0.2");
      Eventually.await(
          "traffic at the new address",
          () -> {
            ask(proxy);
            return !next.conversations().isEmpty();
          });
      int before = Fleet.requests(old);
      apply(fault);
      int asked = server.asked().size();
      Eventually.await(
          "another look-up, in vain",
          () -> {
            ask(proxy);
            return server.asked().size() > asked + 1;
          });
      ask(proxy);
      assertThat(Fleet.requests(old)).isEqualTo(before);
      server.silent(false);
      server.put("app.test", 1, "127.0.0.1");
      Eventually.await(
          "traffic at the old address",
          () -> {
            ask(proxy);
            return Fleet.requests(old) > before;
          });
    }
  }

  private static void ask(ProxySetup proxy) {
    assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
  }

  /** Look-ups that a resolution makes as time passes. */
  private static final class Pace implements AutoCloseable {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicReference<Addresses> answer;

    Pace(Addresses first) {
      answer = new AtomicReference<>(first);
      channel.freezeTime();
      NameLookup names =
          (host, loop) -> {
            lookups.incrementAndGet();
            Addresses now = answer.get();
            return now == null
                ? CompletableFuture.failedFuture(new CompletionException(null))
                : CompletableFuture.completedFuture(now);
          };
      var of = new EndpointAddress.Tcp("app.test", 80);
      new Resolution(of, names, List.of(), () -> {}).lookUp(channel.eventLoop());
    }

    int after(Duration time) {
      channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
      return lookups.get();
    }

    @Override
    public void close() {
      channel.finishAndReleaseAll();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "7, 7", "300, 300", "301, 300", "86400, 300"})
  @DisplayName("a name is looked up again after its time to live, within 1 s and 5 min")
  void lookUp_again_afterTimeToLiveWithinBounds(int ttl, int seconds) {
    try (var pace = new Pace(addresses(ttl, "192.0.2.1"))) {
      assertThat(pace.after(Duration.ofSeconds(seconds).minusMillis(1))).isEqualTo(1);
      assertThat(pace.after(Duration.ofMillis(1))).isEqualTo(2);
      assertThat(pace.after(Duration.ofSeconds(seconds))).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("after a fault it is looked up again after 5 s")
  void lookUp_failed_isMadeAgain() {
    try (var pace = new Pace(addresses(1, "192.0.2.1"))) {
      pace.answer.set(null);
      assertThat(pace.after(Duration.ofSeconds(1))).isEqualTo(2);
      assertThat(pace.after(Duration.ofMillis(4_999))).isEqualTo(2);
      assertThat(pace.after(Duration.ofMillis(1))).isEqualTo(3);
    }
  }
}
