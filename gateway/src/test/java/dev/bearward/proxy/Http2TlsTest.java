package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.Http2Upstream;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.ClientTls;
import dev.bearward.tls.ClientTlsSettings;
import dev.bearward.tls.TlsListener;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The choice of a protocol by ALPN (rule 146), by OpenSSL and by the JDK. */
class Http2TlsTest implements TlsListener {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity HERE = AUTHORITY.issue("here", "127.0.0.1");

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  @Override
  public void serverRefused(String server, String why) {
    refused.add(server + ": " + why);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  private ProxySetup proxy(TlsProvider provider, Protocol protocol, int port) throws IOException {
    return proxy(provider, protocol, port, null);
  }

  private ProxySetup proxy(
      TlsProvider provider, Protocol protocol, int port, @Nullable HealthSettings health)
      throws IOException {
    Path ca = Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    var tls = new ClientTlsSettings(ca, null, null);
    List<String> offers =
        switch (protocol) {
          case AUTO -> List.of("h2", "http/1.1");
          case HTTP1 -> List.of();
          case HTTP2 -> List.of("h2");
        };
    ClientTls client = opened(ClientTls.open(tls, provider, offers, this));
    UpstreamSettings settings = ProxySetup.speaking(protocol, tls, ProxySetup.onPort(port), health);
    return opened(new ProxySetup(settings, client));
  }

  private Http2Upstream http2() {
    return opened(
        Http2Upstream.tls(
            HERE.presenting(AUTHORITY),
            (stream, head, ends) -> stream.answer("200", head.scheme() + " by h2")));
  }

  private RawUpstream http1() {
    return opened(
        RawUpstream.tls(
            HERE.presenting(AUTHORITY),
            false,
            conversation -> {
              while (conversation.readRequest() != null) {
                conversation.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nby h1");
              }
            }));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("auto and http2: HTTP/2 where the endpoint chooses it")
  void forward_endpointThatChoosesHttp2_isSpokenToInIt(TlsProvider provider) throws Exception {
    for (Protocol protocol : List.of(Protocol.AUTO, Protocol.HTTP2)) {
      Http2Upstream upstream = http2();
      ProxySetup proxy = proxy(provider, protocol, upstream.port());
      for (int i = 0; i < 3; i++) {
        assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("https by h2");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a check asks in the protocol that the endpoint chose, too")
  void check_overTls_speaksWhatWasChosen(TlsProvider provider) throws Exception {
    var often = new HealthSettings("/health", Duration.ofMillis(300), 3, 1);
    for (Protocol protocol : List.of(Protocol.AUTO, Protocol.HTTP2)) {
      Http2Upstream upstream = http2();
      ProxySetup proxy = proxy(provider, protocol, upstream.port(), often);
      proxy.forwarder.start(proxy.loop());
      Eventually.await("two checks", () -> upstream.heads().size() > 1);
      assertThat(upstream.heads().getFirst().scheme()).hasToString("https");
      assertThat(upstream.heads().getFirst().path()).hasToString("/health");
      assertThat(proxy.forwarder.endpoints()).noneMatch(EndpointView::unhealthy);
    }
    for (Protocol protocol : List.of(Protocol.AUTO, Protocol.HTTP1)) {
      RawUpstream upstream = http1();
      ProxySetup proxy = proxy(provider, protocol, upstream.port(), often);
      proxy.forwarder.start(proxy.loop());
      Eventually.await("two checks", () -> upstream.conversations().size() > 1);
      assertThat(proxy.forwarder.endpoints()).noneMatch(EndpointView::unhealthy);
    }
    RawUpstream upstream = http1();
    ProxySetup proxy = proxy(provider, Protocol.HTTP2, upstream.port(), often);
    proxy.forwarder.start(proxy.loop());
    Eventually.await("unhealthy", () -> proxy.forwarder.endpoints().getFirst().unhealthy());
    assertThat(proxy.forwarder.endpoints().getFirst().lastError()).contains("no HTTP/2");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("auto: HTTP/1.1 where the endpoint knows no better, for a burst as well")
  void forward_endpointWithoutAlpn_isSpokenToInHttp1(TlsProvider provider) throws Exception {
    RawUpstream upstream = http1();
    ProxySetup proxy = proxy(provider, Protocol.AUTO, upstream.port());
    var all = new ArrayList<Running>();
    for (int i = 0; i < 8; i++) {
      all.add(proxy.send(TestRequest.get("/" + i)));
    }
    for (Running running : all) {
      assertThat(running.response().await().body()).isEqualTo("by h1");
    }
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("http2: an endpoint that does not choose it is unavailable, and the log says why")
  void forward_http2Required_isNotGivenUp(TlsProvider provider) throws Exception {
    RawUpstream upstream = http1();
    ProxySetup proxy = proxy(provider, Protocol.HTTP2, upstream.port());
    assertThat(proxy.exchange(TestRequest.get("/secret")).failure())
        .isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst()).contains("no HTTP/2 (expected: h2 as ALPN's choice)");
    assertThat(upstream.conversations()).allMatch(said -> !said.received().contains("secret"));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("http1: nothing is offered")
  void forward_http1_offersNothing(TlsProvider provider) throws Exception {
    RawUpstream upstream = http1();
    ProxySetup proxy = proxy(provider, Protocol.HTTP1, upstream.port());
    assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("by h1");
  }
}
