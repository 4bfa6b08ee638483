package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.ServerTls;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.ServerTlsSettings.ClientAuthentication;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS of the listeners, by OpenSSL and by the JDK. */
class TlsTest {
  private static final TestIdentity AUTHORITY = TestIdentity.authority("authority");
  private static final TestIdentity STRANGER = TestIdentity.authority("stranger");

  /** Of the authority's name, so that clients offer what it signed. */
  private static final TestIdentity IMPOSTOR = TestIdentity.authority("authority");

  private static final TestIdentity SERVER = AUTHORITY.issue("server", "127.0.0.1", "a.example");
  private static final TestIdentity CLIENT = AUTHORITY.issue("client");
  private static final String GET = "GET /a HTTP/1.1\r\nHost: api\r\n\r\n";

  @TempDir private Path folder;
  private final RecordingTls listener = new RecordingTls();
  private final RecordingForwarder forwarder = RecordingForwarder.ok();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    SERVER.into(folder, "server");
    Files.writeString(folder.resolve("ca.crt"), AUTHORITY.pem());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private CertificateFiles files(String name) {
    return new CertificateFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
  }

  private ServerTls tls(TlsProvider provider, ClientAuthentication clientAuth, String... names)
      throws IOException {
    var certificates = new ArrayList<>(List.of(files("server")));
    for (String name : names) {
      certificates.add(files(name));
    }
    Path ca = clientAuth == ClientAuthentication.DISABLED ? null : folder.resolve("ca.crt");
    var settings = new ServerTlsSettings(certificates, names.length > 0, clientAuth, ca);
    ServerTls tls = ServerTls.open(settings, provider, List.of("http/1.1"), listener);
    open.add(tls);
    return tls;
  }

  private TestServer start(ServerTls tls) {
    return start(tls, TestServer.TIMEOUTS, forwarder);
  }

  private TestServer start(
      ServerTls tls, ServerSettings.Timeouts timeouts, RecordingForwarder upstream) {
    TestServer server = TestServer.tls(tls, Gates::half, upstream, timeouts);
    open.add(server);
    return server;
  }

  private TestServer start(TlsProvider provider) throws IOException {
    return start(tls(provider, ClientAuthentication.DISABLED));
  }

  private static TlsClient client(TestServer server, SSLContext context) throws IOException {
    return TlsClient.connect(context, server.port(), null);
  }

  private Peer peer() {
    return forwarder.received.getLast().head.peer();
  }

  private static String get(String host) {
    return "GET /open HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @Test
  @DisplayName("the OpenSSL-backed provider is there and is preferred")
  void best_onThisMachine_isOpenSsl() {
    assertThat(TlsProvider.best()).isEqualTo(TlsProvider.OPENSSL);
    assertThat(TlsProvider.OPENSSL.description()).contains("BoringSSL");
    assertThat(TlsProvider.JDK.description()).contains("JDK");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 146: TLS 1.2 and 1.3 are spoken, ALPN says HTTP/1.1")
  void request_overTls_isServed(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (TlsClient client =
          TlsClient.connect(TestIdentity.trusting(AUTHORITY), server.port(), null, version)) {
        assertThat(client.socket().getSession().getProtocol()).isEqualTo(version);
        assertThat(client.socket().getApplicationProtocol()).isEqualTo("http/1.1");
        assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
        assertThat(client.http().exchange(get("api")).body()).isEqualTo("ok");
        assertThat(peer()).isEqualTo(new Peer(InetAddress.ofLiteral("127.0.0.1"), true, null));
      }
    }
    assertThat(listener.clients).isEmpty();
    Eventually.await("connections closed", () -> server.listener().closed.get() == 2);
    assertThat(server.server().connections()).isZero();
    assertThat(server.listener().opened).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 146: older versions and weak ciphers are refused")
  void handshake_olderVersionOrWeakCipher_isRefused(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    String tail = "00".repeat(32) + "00" + "0002c02b" + "0100" + "0000";
    for (String version : List.of("0300", "0301", "0302")) {
      String hello = version + tail;
      String length = HexFormat.of().toHexDigits(hello.length() / 2, 6);
      String record = HexFormat.of().toHexDigits(hello.length() / 2 + 4, 4);
      try (RawClient raw = server.connect()) {
        raw.wire().send(HexFormat.of().parseHex("160301" + record + "01" + length + hello));
        String answer = raw.readToEnd();
        assertThat(answer).as(version).startsWith("\u0015\u0003");
        assertThat((int) answer.charAt(6)).isIn(40, 47, 70); // alerts of RFC 8446 section 6
      }
    }
    assertThatThrownBy(() -> weak(server)).isInstanceOf(IOException.class);
    Eventually.await("all refused", () -> listener.clients.size() == 4);
  }

  private static void weak(TestServer server) throws IOException {
    try (var socket =
        (javax.net.ssl.SSLSocket)
            TestIdentity.trusting(AUTHORITY)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(
          new String[] {
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"
          });
      socket.startHandshake();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 13: a listener with TLS beyond loopback is not warned of")
  void start_tlsBeyondLoopback_isSilent(TlsProvider provider) throws Exception {
    ServerTls tls = tls(provider, ClientAuthentication.DISABLED);
    EventLoops loops = EventLoops.start(1);
    try (var log = CapturedLog.of("dev.bearward.server")) {
      Server everywhere =
          Server.start(
              new ServerSettings(
                  List.of(new InetSocketAddress(0)),
                  "bearward",
                  "X-Request-Id",
                  true,
                  TestServer.LIMITS,
                  TestServer.TIMEOUTS,
                  List.of(),
                  false),
              loops,
              Gates.open(),
              forwarder,
              _ -> false,
              ExchangeListener.NONE,
              java.time.InstantSource.system(),
              tls);
      assertThat(everywhere.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
      assertThat(log.lines()).isEmpty();
    }
    assertThat(loops.close().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "rule 78: the thumbprint of a verified client certificate, resumed sessions included")
  void clientCertificate_required_isInThePeer(TlsProvider provider) throws Exception {
    TestServer server = start(tls(provider, ClientAuthentication.REQUIRED));
    SSLContext presenting = CLIENT.presenting(AUTHORITY);
    for (String version : List.of("TLSv1.3", "TLSv1.3", "TLSv1.2", "TLSv1.2")) {
      try (TlsClient client = TlsClient.connect(presenting, server.port(), "a.example", version)) {
        assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
        assertThat(peer().certificateThumbprint()).isEqualTo(CLIENT.thumbprint());
      }
    }
  }

  private static void assertRefused(TestServer server, SSLContext context) {
    // In TLS 1.3 a client learns of it only with the first answer.
    assertThatThrownBy(
            () -> {
              try (TlsClient client = client(server, context)) {
                client.http().exchange(get("api"));
              }
            })
        .satisfies(e ->
            assertThat(e instanceof IOException || e.getCause() instanceof IOException).isTrue());
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 78: required: no certificate, a stranger's or an expired one is no connection")
  void clientCertificate_requiredAndNotShown_isRefused(TlsProvider provider) throws Exception {
    TestServer server = start(tls(provider, ClientAuthentication.REQUIRED));
    try (var log = CapturedLog.of("dev.bearward.server")) {
      assertRefused(server, TestIdentity.trusting(AUTHORITY));
      assertRefused(server, IMPOSTOR.issue("client").presenting(AUTHORITY));
      assertRefused(server, AUTHORITY.issueExpired("client").presenting(AUTHORITY));
      Eventually.await("three refused", () -> listener.clients.size() == 3);
      assertThat(log.lines()).isEmpty();
    }
    assertThat(forwarder.received).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 78: optional: none is fine, a stranger's is refused")
  void clientCertificate_optional_isCheckedWhereShown(TlsProvider provider) throws Exception {
    TestServer server = start(tls(provider, ClientAuthentication.OPTIONAL));
    try (TlsClient client = client(server, TestIdentity.trusting(AUTHORITY))) {
      assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
      assertThat(peer().certificateThumbprint()).isNull();
    }
    try (TlsClient client = client(server, CLIENT.presenting(AUTHORITY))) {
      assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
      assertThat(peer().certificateThumbprint()).isEqualTo(CLIENT.thumbprint());
    }
    assertRefused(server, IMPOSTOR.issue("client").presenting(AUTHORITY));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 78: where none is asked for, none counts")
  void clientCertificate_disabled_isNotAskedFor(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    try (TlsClient client = client(server, CLIENT.presenting(AUTHORITY))) {
      assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
      assertThat(peer().certificateThumbprint()).isNull();
    }
  }

  private TlsClient named(TestServer server, @Nullable String sni) throws IOException {
    return TlsClient.connect(TestIdentity.trusting(AUTHORITY), server.port(), sni);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 146: the certificate is chosen by SNI; a host it is not for is 421")
  void certificates_severalNames_areChosenBySni(TlsProvider provider) throws Exception {
    TestIdentity wild = AUTHORITY.issueRsa("wild", "*.b.example").into(folder, "wild");
    TestServer server = start(tls(provider, ClientAuthentication.DISABLED, "wild"));
    try (TlsClient client = named(server, "x.b.example")) {
      assertThat(client.shown()).isEqualTo(wild.certificate());
      assertThat(client.http().exchange(get("x.b.example")).status()).isEqualTo(200);
      assertThat(client.http().exchange(get("Y.b.Example:8443")).status()).isEqualTo(200);
      RawClient.Response refused = client.http().exchange(get("a.example"));
      assertThat(refused.status()).isEqualTo(421);
      assertThat(refused.reason()).isEqualTo("misdirected");
    }
    for (String name : new String[] {"a.example", "unknown.example", "b.example", null}) {
      try (TlsClient client = named(server, name)) {
        assertThat(client.shown()).as(name).isEqualTo(SERVER.certificate());
        assertThat(client.http().exchange(get("a.example")).status()).isEqualTo(200);
        assertThat(client.http().exchange(get("127.0.0.1")).status()).isEqualTo(200);
        assertThat(client.http().exchange(get("b.example")).status()).isEqualTo(421);
      }
    }
    try (TlsClient client = named(server, "x.y.b.example")) {
      assertThat(client.shown()).isEqualTo(SERVER.certificate());
    }
    assertThat(server.listener().refused).containsOnly(Reason.MISDIRECTED);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("files are read again; what runs goes on, what is broken is told once and not used")
  void look_filesReplaced_areInUse(TlsProvider provider) throws Exception {
    ServerTls tls = tls(provider, ClientAuthentication.DISABLED);
    TestServer server = start(tls);
    SSLContext trusting = TestIdentity.trusting(AUTHORITY);
    try (TlsClient running = client(server, trusting)) {
      tls.look();
      TestIdentity next = AUTHORITY.issue("next", "127.0.0.1");
      Files.writeString(folder.resolve("server.crt"), next.pem());
      tls.look();
      assertThat(listener.broken).as("half replaced").isEmpty();
      next.into(folder, "server");
      tls.look();
      tls.look();
      assertThat(listener.reread).hasSize(1);
      try (TlsClient client = client(server, trusting)) {
        assertThat(client.shown()).isEqualTo(next.certificate());
      }
      Files.writeString(folder.resolve("server.key"), SERVER.keyPem());
      for (int i = 0; i < 4; i++) {
        tls.look();
      }
      assertThat(listener.broken).singleElement().asString().startsWith("server.key: not the key");
      try (TlsClient client = client(server, trusting)) {
        assertThat(client.shown()).isEqualTo(next.certificate());
      }
      Files.delete(folder.resolve("server.key"));
      tls.look();
      tls.look();
      assertThat(listener.broken).hasSize(2);
      SERVER.into(folder, "server");
      tls.look();
      assertThat(listener.reread).hasSize(2);
      try (TlsClient client = client(server, trusting)) {
        assertThat(client.shown()).isEqualTo(SERVER.certificate());
      }
      assertThat(running.http().exchange(get("api")).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "a link that points elsewhere, as Kubernetes does it, is a change; so are authorities")
  void look_linkSwappedAndCaReplaced_areInUse(TlsProvider provider) throws Exception {
    Path one = Files.createDirectory(folder.resolve("..one"));
    Path two = Files.createDirectory(folder.resolve("..two"));
    SERVER.into(one, "tls");
    TestIdentity next = AUTHORITY.issue("next", "127.0.0.1").into(two, "tls");
    Path link = Files.createSymbolicLink(folder.resolve("..data"), one);
    var files = new CertificateFiles(link.resolve("tls.crt"), link.resolve("tls.key"));
    Path ca = folder.resolve("ca.crt");
    var settings = new ServerTlsSettings(List.of(files), false, ClientAuthentication.REQUIRED, ca);
    ServerTls tls = ServerTls.open(settings, provider, List.of("http/1.1"), listener);
    open.add(tls);
    TestServer server = start(tls);

    Path swapped = Files.createSymbolicLink(folder.resolve("..new"), two);
    Files.move(swapped, link, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    Files.writeString(ca, STRANGER.pem());
    tls.look();

    TestIdentity strange = STRANGER.issue("client");
    try (TlsClient client = client(server, strange.presenting(AUTHORITY))) {
      assertThat(client.shown()).isEqualTo(next.certificate());
      assertThat(client.http().exchange(get("api")).status()).isEqualTo(200);
      assertThat(peer().certificateThumbprint()).isEqualTo(strange.thumbprint());
    }
    assertRefused(server, CLIENT.presenting(AUTHORITY));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 12: plain HTTP on the TLS port is an end, and nothing of it is told")
  void connection_plainHttp_isClosed(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    try (var log = CapturedLog.of("dev.bearward.server");
        RawClient client = server.connect()) {
      client.send(GET.replace("\r\n\r\n", "\r\nAuthorization: Bearer secret\r\n\r\n"));
      client.endsInReset();
      Eventually.await("refused", () -> listener.clients.size() == 1);
      assertThat(listener.clients).containsExactly("no TLS record");
      assertThat(log.lines()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "a handshake that does not come is cut off after timeouts.header, with SNI and without")
  void handshake_tooSlow_isCutOff(TlsProvider provider) throws Exception {
    AUTHORITY.issue("other", "other.example").into(folder, "other");
    var timeouts =
        new ServerSettings.Timeouts(
            Duration.ofMillis(300),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10));
    for (ServerTls tls :
        List.of(
            tls(provider, ClientAuthentication.DISABLED),
            tls(provider, ClientAuthentication.DISABLED, "other"))) {
      TestServer server = start(tls, timeouts, forwarder);
      try (RawClient silent = server.connect();
          RawClient slow = server.connect()) {
        slow.send("\u0016\u0003\u0001\u0001");
        silent.endsInReset();
        slow.endsInReset();
      }
      Eventually.await("no connection left", () -> server.server().connections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 109: a refusal arrives whole though the client goes on sending, then an end")
  void refusal_clientStillSends_arrives(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (TlsClient client =
          TlsClient.connect(TestIdentity.trusting(AUTHORITY), server.port(), null, version)) {
        client
            .http()
            .send("POST /closed HTTP/1.1\r\nHost: api\r\nContent-Length: 99999999999\r\n\r\n");
        assertThat(client.http().read().status()).isEqualTo(401);
        Thread sender = Thread.ofVirtual().start(() -> sendOn(client));
        assertThat(client.http().readToEnd()).isEmpty();
        client.socket().close();
        sender.join();
      }
    }
  }

  private static void sendOn(TlsClient client) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        client.http().wire().send(new byte[16 * 1024]);
      }
    } catch (IOException e) {
      assertThat(e).isNotNull(); // The server is deaf by now.
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("rule 114: a response cut short does not end like a whole one")
  void response_brokenOff_isNoCleanEnd(TlsProvider provider) throws Exception {
    var breaking =
        RecordingForwarder.whenBegun(exchange -> {
          var headers = new io.netty.handler.codec.http.DefaultHttpHeaders();
          exchange.response.head(200, "OK", headers, -1);
          exchange.part("half of it");
          exchange.run(() -> exchange.response.fail(Reason.UPSTREAM_RESET));
        });
    TestServer server =
        start(tls(provider, ClientAuthentication.DISABLED), TestServer.TIMEOUTS, breaking);
    for (String version : List.of("TLSv1.2", "TLSv1.3")) {
      try (TlsClient client =
          TlsClient.connect(TestIdentity.trusting(AUTHORITY), server.port(), null, version)) {
        client.http().send("GET /open HTTP/1.0\r\n\r\n");
        assertThat(client.http().endsInReset()).as(version).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("bodies larger than any buffer pass both ways")
  void bodies_large_passWhole(TlsProvider provider) throws Exception {
    int size = 4 * 1024 * 1024;
    var echoing =
        RecordingForwarder.whenComplete(exchange -> {
          var headers = new io.netty.handler.codec.http.DefaultHttpHeaders();
          exchange.response.head(200, "OK", headers, -1);
          for (int i = 0; i < 64; i++) {
            exchange.part("x".repeat(size / 64));
          }
          exchange.response.end(io.netty.handler.codec.http.EmptyHttpHeaders.INSTANCE);
        });
    TestServer server =
        start(tls(provider, ClientAuthentication.DISABLED), TestServer.TIMEOUTS, echoing);
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(TestIdentity.trusting(AUTHORITY))
            .build()) {
      for (int i = 0; i < 2; i++) {
        HttpResponse<byte[]> response =
            client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/open"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[size]))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).hasSize(size);
        assertThat(echoing.received.getLast().bytes).hasValue(size);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a client that closes in the midst of the handshake or of a request is just gone")
  void client_leaves_isForgotten(TlsProvider provider) throws Exception {
    TestServer server = start(provider);
    try (var log = CapturedLog.of("dev.bearward.server")) {
      new Socket(InetAddress.getLoopbackAddress(), server.port()).close();
      try (TlsClient client = client(server, TestIdentity.trusting(AUTHORITY))) {
        client.http().send("POST /open HTTP/1.1\r\nHost: api\r\nContent-Length: 5\r\n\r\nab");
        Eventually.await("begun", () -> !forwarder.received.isEmpty());
      }
      Eventually.await("cancelled", () -> forwarder.received.getFirst().cancelled);
      Eventually.await("gone", () -> server.server().connections() == 0);
      assertThat(log.lines()).isEmpty();
    }
    assertThat(listener.clients).isEmpty();
  }
}
