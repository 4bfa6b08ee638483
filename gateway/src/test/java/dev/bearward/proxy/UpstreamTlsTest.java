package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.ClientTls;
import dev.bearward.tls.ClientTlsSettings;
import dev.bearward.tls.TlsListener;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS towards upstreams, by OpenSSL and by the JDK. */
class UpstreamTlsTest implements TlsListener {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity HERE = AUTHORITY.issue("here", "127.0.0.1");
  private static final TestIdentity NAMED = AUTHORITY.issue("named", "app.internal");
  private static final TestIdentity GATEWAY = AUTHORITY.issue("gateway");

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  @Override
  public void serverRefused(String server, String why) {
    refused.add(server + ": " + why);
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
    GATEWAY.into(folder, "gateway");
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

  private RawUpstream upstream(TestIdentity identity, boolean clientAuth) {
    return opened(
        RawUpstream.tls(identity.presenting(AUTHORITY), clientAuth, UpstreamTlsTest::answerAll));
  }

  /** Answers with the name that was asked for, and with the subject of the client. */
  private static void answerAll(Conversation conversation) throws IOException {
    while (conversation.readRequest() != null) {
      String body = told(Objects.requireNonNull(conversation.session()));
      conversation.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }
  }

  private static String told(ExtendedSSLSession session) {
    String names = session.getRequestedServerNames().toString();
    try {
      var shown = (X509Certificate) session.getPeerCertificates()[0];
      return names + " " + shown.getSubjectX500Principal();
    } catch (SSLPeerUnverifiedException e) {
      return names + " nobody";
    }
  }

  private ClientTls tls(
      TlsProvider provider, @Nullable String ca, boolean shows, @Nullable String name)
      throws IOException {
    var files = new CertificateFiles(folder.resolve("gateway.crt"), folder.resolve("gateway.key"));
    var settings =
        new ClientTlsSettings(ca == null ? null : folder.resolve(ca), shows ? files : null, name);
    return opened(ClientTls.open(settings, provider, this));
  }

  private ProxySetup proxy(RawUpstream upstream, ClientTls tls) {
    return opened(new ProxySetup(ProxySetup.onPort(upstream.port()), tls));
  }

  private RecordedResponse get(RawUpstream upstream, ClientTls tls) {
    return proxy(upstream, tls).exchange(TestRequest.get("/"));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("an address in the certificate is enough; the connection is kept")
  void forward_trustedAddress_isServed(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, false);
    ProxySetup proxy = proxy(upstream, tls(provider, "ca.crt", false, null));
    for (int i = 0; i < 3; i++) {
      assertThat(proxy.exchange(TestRequest.get("/")).body()).isEqualTo("[] nobody");
    }
    assertThat(upstream.conversations()).hasSize(1);
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("serverName is asked for (SNI) and looked for in the certificate")
  void forward_serverName_isSentAndChecked(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(NAMED, false);
    ClientTls tls = tls(provider, "ca.crt", false, "app.internal");
    assertThat(get(upstream, tls).body()).contains("host_name").contains("app.internal");
  }

  private void assertUnavailable(RawUpstream upstream, ClientTls tls, String why) {
    assertThat(get(upstream, tls).failure()).isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
    assertThat(refused).as(why).hasSize(1);
    assertThat(refused.getFirst()).startsWith("127.0.0.1:" + upstream.port() + ": ");
    assertThat(refused.getFirst()).containsIgnoringCase(why);
    assertThat(upstream.conversations()).allMatch(said -> !said.received().contains("GET"));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a certificate for another name is refused, and the log says so")
  void forward_otherName_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(NAMED, false);
    assertUnavailable(upstream, tls(provider, "ca.crt", false, null), "127.0.0.1");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("serverName that the certificate does not have is refused")
  void forward_otherServerName_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, false);
    assertUnavailable(upstream, tls(provider, "ca.crt", false, "app.internal"), "app.internal");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("without ca only the platform's authorities are trusted")
  void forward_unknownAuthority_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, false);
    assertUnavailable(upstream, tls(provider, null, false, null), "certification path");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("an expired certificate is refused")
  void forward_expired_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(AUTHORITY.issueExpired("old", "127.0.0.1"), false);
    assertUnavailable(upstream, tls(provider, "ca.crt", false, null), "NotAfter");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a plain server where TLS is expected is unavailable")
  void forward_plainServer_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream =
        opened(RawUpstream.start(plain -> plain.send("HTTP/1.1 200 OK\r\n\r\n")));
    ClientTls tls = tls(provider, "ca.crt", false, null);
    assertUnavailable(upstream, tls, "no TLS record");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a client certificate is shown where one is configured and asked for")
  void forward_clientCertificate_isShown(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, true);
    ClientTls tls = tls(provider, "ca.crt", true, null);
    assertThat(get(upstream, tls).body()).endsWith("CN=gateway");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "no client certificate where the upstream wants one: unavailable, whenever it says so")
  void forward_clientCertificateMissing_isUnavailable(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, true);
    RecordedResponse response = get(upstream, tls(provider, "ca.crt", false, null));
    assertThat(response.failure()).isIn(Reason.UPSTREAM_UNAVAILABLE, Reason.UPSTREAM_RESET);
    Eventually.await("told", () -> refused.size() == 1);
    assertThat(refused.getFirst()).containsIgnoringCase("certificate");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a client certificate that is replaced is shown on the next connection")
  void look_clientCertificateReplaced_isShown(TlsProvider provider) throws Exception {
    RawUpstream upstream = upstream(HERE, true);
    ClientTls tls = tls(provider, "ca.crt", true, null);
    assertThat(get(upstream, tls).body()).endsWith("CN=gateway");
    AUTHORITY.issue("renewed").into(folder, "gateway");
    tls.look();
    assertThat(get(upstream, tls).body()).endsWith("CN=renewed");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a server that never answers the handshake: connect time-out")
  void forward_silentServer_timesOut(TlsProvider provider) throws Exception {
    RawUpstream upstream = opened(RawUpstream.start(Conversation::readToEnd));
    var settings =
        ProxySetup.withTimeouts(
            upstream.port(), Duration.ofMillis(200), Duration.ofSeconds(9), Duration.ofSeconds(9));
    ClientTls tls = tls(provider, "ca.crt", false, null);
    ProxySetup proxy = opened(new ProxySetup(settings, tls));
    assertThat(proxy.exchange(TestRequest.get("/")).failure()).isEqualTo(Reason.UPSTREAM_TIMEOUT);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 114: a body that ends with the connection ends with close_notify only")
  void forward_bodyUntilClose_wantsCloseNotify(TlsProvider provider) throws Exception {
    for (boolean orderly : new boolean[] {true, false}) {
      RawUpstream upstream =
          opened(
              RawUpstream.tls(
                  HERE.presenting(AUTHORITY),
                  false,
                  conversation -> {
                    conversation.readRequest();
                    conversation.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                    if (orderly) {
                      conversation.close();
                    } else {
                      conversation.cutOff();
                    }
                  }));
      RecordedResponse response = get(upstream, tls(provider, "ca.crt", false, null));
      assertThat(response.failure()).isEqualTo(orderly ? null : Reason.UPSTREAM_RESET);
      assertThat(response.body()).isEqualTo("half");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("large bodies pass both ways")
  void forward_largeBodies_passWhole(TlsProvider provider) throws Exception {
    String large = "x".repeat(1024 * 1024);
    RawUpstream upstream =
        opened(
            RawUpstream.tls(
                HERE.presenting(AUTHORITY),
                false,
                conversation -> {
                  String request = conversation.readRequest();
                  assertThat(request).endsWith("\r\n\r\n" + large);
                  conversation.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large);
                }));
    ProxySetup proxy = proxy(upstream, tls(provider, "ca.crt", false, null));
    RecordedResponse response =
        proxy.send(TestRequest.of("POST", "/").whole(large)).response().await();
    assertThat(response.body()).isEqualTo(large);
  }
}
