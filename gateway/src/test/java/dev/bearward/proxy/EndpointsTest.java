package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.proxy.RetrySettings.When;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams of several endpoints: who gets which request, and what happens when one goes. */
class EndpointsTest {
  private static final String OK = Fleet.OK;

  @Test
  @DisplayName("least requests: an endpoint that is slow gets no more while another one is free")
  void forward_oneIsSlow_othersGetTheRequests() {
    var gate = new CountDownLatch(1);
    try (RawUpstream slow =
            RawUpstream.start(conversation -> {
              while (conversation.readRequest() != null) {
                await(gate);
                conversation.send(OK);
              }
            });
        RawUpstream fast = RawUpstream.answering(OK);
        ProxySetup proxy = Fleet.of(slow.port(), fast.port()).proxy()) {
      List<Running> held = new ArrayList<>();
      while (slow.conversations().isEmpty()) {
        held.add(proxy.send(TestRequest.get("/held")));
        Running last = held.getLast();
        Eventually.await(
            "an answer or a held request",
            () -> last.response().isOver() || !slow.conversations().isEmpty());
      }
      int before = Fleet.requests(fast);
      for (int i = 0; i < 50; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("ok");
      }
      assertThat(Fleet.requests(fast) - before).isEqualTo(50);
      assertThat(slow.conversations()).hasSize(1);
      gate.countDown();
      held.forEach(one -> assertThat(one.response().await().body()).isEqualTo("ok"));
    }
  }

  private static void await(CountDownLatch gate) throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void forward_roundRobin_takesTurns() {
    try (RawUpstream one = RawUpstream.answering(OK);
        RawUpstream other = RawUpstream.answering(OK);
        ProxySetup proxy = Fleet.of(one.port(), other.port()).roundRobin().proxy()) {
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
      }
      assertThat(Fleet.requests(one)).isEqualTo(10);
      assertThat(Fleet.requests(other)).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("an endpoint that dies under load costs no idempotent request")
  void forward_endpointDiesUnderLoad_noRequestFails() {
    var served = new AtomicInteger();
    RawUpstream dying =
        RawUpstream.start(conversation -> {
          while (conversation.readRequest() != null) {
            served.incrementAndGet();
            conversation.send(OK);
          }
        });
    try (RawUpstream staying = RawUpstream.answering(OK);
        ProxySetup proxy =
            Fleet.of(dying.port(), staying.port())
                .retry(When.CONNECT_FAILURE, When.RESET)
                .outlier(5, Duration.ofSeconds(30))
                .proxy()) {
      var failures = new CopyOnWriteArrayList<String>();
      inParallel(
          8,
          client -> {
            for (int i = 0; i < 100; i++) {
              if (client == 0 && i == 30) {
                Eventually.await("requests at the dying one", () -> served.get() > 0);
                dying.close();
              }
              RecordedResponse response = proxy.exchange(TestRequest.get("/" + client + "/" + i));
              if (response.status() != 200) {
                failures.add(String.valueOf(response.failure()));
              }
            }
          });
      assertThat(failures).isEmpty();
      assertThat(Fleet.requests(staying)).isGreaterThan(400);
    }
  }

  private static void inParallel(int clients, IntConsumer each) {
    var all = new ArrayList<CompletableFuture<Void>>();
    for (int i = 0; i < clients; i++) {
      int client = i;
      all.add(
          CompletableFuture.runAsync(
              () -> each.accept(client), task -> Thread.ofVirtual().start(task)));
    }
    all.forEach(CompletableFuture::join);
  }

  @Test
  @DisplayName("a name that stands for another address moves the traffic and fails no request")
  void forward_nameMoves_trafficFollowsAndNoneFails() throws Exception {
    InetAddress first = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    var stands = new AtomicReference<>(List.of(first));
    NameLookup names =
        (host, loop) -> {
          List<InetAddress> now = Objects.requireNonNull(stands.get());
          return now.isEmpty()
              ? CompletableFuture.failedFuture(new IOException(host))
              : CompletableFuture.completedFuture(new NameLookup.Addresses(now, Duration.ZERO));
        };
    var moves = new AtomicReference<List<String>>(List.of());
    EndpointListener listener =
        new EndpointListener() {
          @Override
          public void moved(String upstream, List<String> endpoints) {
            moves.set(endpoints);
          }
        };
    try (RawUpstream old = RawUpstream.at(first, 0, EndpointsTest::answerAll);
        RawUpstream next = RawUpstream.at(second, old.port(), EndpointsTest::answerAll);
        ProxySetup proxy =
            new ProxySetup(
                Fleet.of(new EndpointAddress.Tcp("app.internal", old.port())).settings(),
                names,
                listener)) {
      assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
      stands.set(List.of(second));
      Eventually.await(
          "traffic at the new address",
          () -> {
            assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
            return !next.conversations().isEmpty();
          });
      assertThat(moves.get()).containsExactly("127.0.0.2:" + old.port());
      Eventually.await("no idle connection to the old one", () -> old.conversation(0).over());
      int before = Fleet.requests(old);
      stands.set(List.of());
      for (int i = 0; i < 20; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).status()).isEqualTo(200);
      }
      assertThat(Fleet.requests(old)).isEqualTo(before);
      assertThat(proxy.forwarder.endpoints())
          .extracting(EndpointView::endpoint, EndpointView::name)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(
                  "127.0.0.2:" + old.port(), "app.internal:" + old.port()));
    }
  }

  private static void answerAll(dev.bearward.testing.Conversation conversation) throws IOException {
    while (conversation.readRequest() != null) {
      conversation.send(OK);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a Unix-domain socket, with the client's Host, on either transport")
  void forward_unixSocket_isServed(boolean nio, @TempDir Path folder) throws Exception {
    Path path = folder.resolve("app.sock");
    IoHandlerFactory transport = nio ? NioIoHandler.newFactory() : ProxySetup.nativeTransport();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      var asked = new CompletableFuture<String>();
      Thread.ofVirtual().start(() -> serveOne(server, asked));
      UpstreamSettings settings = Fleet.of(new EndpointAddress.Unix(path.toString())).settings();
      try (ProxySetup proxy =
          new ProxySetup(settings, 1, ProxyListener.NONE, InetAddress::getAllByName, transport)) {
        assertThat(proxy.exchange(TestRequest.get("/a").authority("api.test")).body())
            .isEqualTo("ok");
        assertThat(asked.join()).startsWith("GET /a HTTP/1.1\r\nHost: api.test\r\n");
        assertThat(proxy.forwarder.endpoints().getFirst().endpoint()).isEqualTo("unix:" + path);
      }
    }
  }

  private static void serveOne(ServerSocketChannel server, CompletableFuture<String> asked) {
    try (SocketChannel client = server.accept()) {
      ByteBuffer bytes = ByteBuffer.allocate(4096);
      client.read(bytes);
      asked.complete(new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1));
      client.write(ByteBuffer.wrap(OK.getBytes(StandardCharsets.ISO_8859_1)));
      bytes.clear();
      client.read(bytes);
    } catch (IOException e) {
      asked.completeExceptionally(e);
    }
  }

  @Test
  void forward_unixSocketOfNobody_isUnavailable(@TempDir Path folder) {
    var nobody = new EndpointAddress.Unix(folder.resolve("none.sock").toString());
    try (ProxySetup proxy = Fleet.of(nobody).proxy()) {
      assertThat(proxy.exchange(TestRequest.get("/")).failure())
          .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
    }
  }
}
