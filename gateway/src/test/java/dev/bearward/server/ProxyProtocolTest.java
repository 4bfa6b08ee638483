package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.http.Peer;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.TestIdentity;
import dev.bearward.tls.CertificateFiles;
import dev.bearward.tls.ServerTls;
import dev.bearward.tls.ServerTlsSettings;
import dev.bearward.tls.ServerTlsSettings.ClientAuthentication;
import dev.bearward.tls.TlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol of HAProxy, versions 1 and 2, from those whose word counts (rule 149). */
class ProxyProtocolTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: api\r\n\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  private final RecordingForwarder forwarder = RecordingForwarder.ok();

  private TestServer server(String... trusted) {
    return TestServer.proxyProtocol(Gates.open(), forwarder, TestServer.TIMEOUTS, null, trusted);
  }

  /** A header of version 2: command, family and transport, addresses and what follows. */
  private static String v2(int command, int family, String hex) {
    byte[] rest = HexFormat.of().parseHex(hex.replace(" ", ""));
    return SIGNATURE
        + (char) (0x20 | command)
        + (char) family
        + (char) (rest.length >> 8)
        + (char) (rest.length & 0xff)
        + new String(rest, StandardCharsets.ISO_8859_1);
  }

  private static final String V4 = "c0000207 c6336401 1267 01bb";
  private static final String V6 =
      "20010db8000000000000000000000007 20010db8000000000000000000000001 1267 01bb";

  static Stream<Arguments> headers() {
    return Stream.of(
        argumentSet("1, TCP4", "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n", "192.0.2.7"),
        argumentSet(
            "1, TCP6", "PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n", "2001:db8:0:0:0:0:0:7"),
        argumentSet(
            "1, mapped", "PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 1 2\r\n", "192.0.2.7"),
        argumentSet("1, UNKNOWN", "PROXY UNKNOWN\r\n", "127.0.0.1"),
        argumentSet("1, UNKNOWN and more", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "127.0.0.1"),
        argumentSet("2, IPv4", v2(1, 0x11, V4), "192.0.2.7"),
        argumentSet("2, IPv6", v2(1, 0x21, V6), "2001:db8:0:0:0:0:0:7"),
        argumentSet(
            "2, with TLVs", v2(1, 0x11, V4 + "02 0003 616263 04 0004 00000000"), "192.0.2.7"),
        argumentSet("2, unspecified", v2(1, 0x00, ""), "127.0.0.1"),
        argumentSet("2, a unix socket", v2(1, 0x31, "2f61" + "00".repeat(214)), "127.0.0.1"),
        argumentSet("2, LOCAL", v2(0, 0x00, ""), "127.0.0.1"),
        argumentSet("2, LOCAL with addresses", v2(0, 0x11, V4), "127.0.0.1"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  @DisplayName("rule 149: what a trusted proxy says of the client's address is the peer's address")
  void header_ofTrustedProxy_isBelieved(String header, String address) {
    try (var server = server("127.0.0.0/8")) {
      assertThat(server.exchange(header + GET).status()).isEqualTo(200);
      assertThat(peer().address().getHostAddress()).isEqualTo(address);
      assertThat(server.listener().outcome(0).peer().address().getHostAddress()).isEqualTo(address);
    }
  }

  private Peer peer() {
    return forwarder.received.getLast().head.peer();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 13, 20})
  void header_inPieces_isTheSame(int size) throws IOException {
    for (String header :
        new String[] {"PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n", v2(1, 0x11, V4)}) {
      try (var server = server("127.0.0.1/32");
          var client = server.connect()) {
        String all = header + GET;
        for (int i = 0; i < all.length(); i += size) {
          client.wire().send(all.substring(i, Math.min(all.length(), i + size)));
        }
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(peer().address().getHostAddress()).isEqualTo("192.0.2.7");
        assertThat(client.exchange(GET).status()).as("the connection is kept").isEqualTo(200);
        assertThat(peer().address().getHostAddress()).isEqualTo("192.0.2.7");
      }
    }
  }

  @Test
  @DisplayName("rules 149, 151: a client of the proxy is not trusted because the proxy is")
  void header_thenForwardedFor_isNotBelieved() {
    try (var server = server("127.0.0.1/32")) {
      String forwarded = GET.replace("\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
      String header = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
      assertThat(server.exchange(header + forwarded).status()).isEqualTo(200);
      assertThat(peer().address().getHostAddress()).isEqualTo("192.0.2.7");
    }
  }

  /** Fields of a client that would be a trusted proxy's. */
  private static final String CLAIMED =
      GET.replace(
          "\r\n\r\n",
          "\r\nX-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9;proto=https\r\n"
              + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nClient-Cert: :%s:\r\n\r\n"
                  .formatted(
                      Base64.getEncoder().encodeToString(TestIdentity.authority("client").der())));

  @ParameterizedTest
  @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN 192.0.2.7 192.0.2.8 1 2\r\n", "2"})
  @DisplayName("rules 79, 151, 177: where no client is named, the proxy's word is nobody's")
  void header_namesNobody_fieldsAreNotBelieved(String v1) {
    String[] headers =
        v1.equals("2")
            ? new String[] {
              v2(0, 0x00, ""), v2(0, 0x11, V4), v2(1, 0x00, ""), v2(1, 0x31, "00".repeat(216))
            }
            : new String[] {v1};
    for (String header : headers) {
      try (var server = server("127.0.0.0/8", "203.0.113.0/24", "192.0.2.0/24")) {
        assertThat(server.exchange(header + CLAIMED).status()).isEqualTo(200);
        assertThat(peer()).isEqualTo(new Peer(InetAddress.getLoopbackAddress(), false, null));
      }
    }
  }

  @Test
  @DisplayName("rule 149: a named client that is a trusted proxy itself speaks for others")
  void header_namesTrustedProxy_fieldsAreBelieved() {
    try (var server = server("127.0.0.1/32", "192.0.2.0/24")) {
      String header = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
      assertThat(server.exchange(header + CLAIMED).status()).isEqualTo(200);
      assertThat(peer().address().getHostAddress()).isEqualTo("203.0.113.9");
      assertThat(peer().tls()).isTrue();
      assertThat(peer().certificateThumbprint()).isNotNull();
      assertThat(peer().hop()).isNotNull();
    }
  }

  static Stream<Arguments> faulty() {
    return Stream.of(
        argumentSet("none", GET),
        argumentSet("not in capitals", "proxy TCP4 192.0.2.7 198.51.100.1 4711 443\r\n" + GET),
        argumentSet("no address", "PROXY TCP4 a b 4711 443\r\n" + GET),
        argumentSet("a port too large", "PROXY TCP4 192.0.2.7 198.51.100.1 4711 65536\r\n" + GET),
        argumentSet("IPv6 in TCP4", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n" + GET),
        argumentSet("too few words", "PROXY TCP4 192.0.2.7\r\n" + GET),
        argumentSet("too long", "PROXY UNKNOWN " + "a".repeat(120) + "\r\n" + GET),
        argumentSet("LF alone", "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\n" + GET),
        argumentSet("2, another version", v2(1, 0x11, V4).replace('!', '1') + GET),
        argumentSet("2, another command", v2(2, 0x11, V4) + GET),
        argumentSet("2, UDP", v2(1, 0x12, V4) + GET),
        argumentSet("2, addresses too short", v2(1, 0x11, "c0000207") + GET),
        argumentSet("2, too large", SIGNATURE + "!\u0011\u00ff\u00ff" + "\0".repeat(65_535) + GET),
        argumentSet("2, a broken TLV", v2(1, 0x11, V4 + "02 ffff 61") + GET));
  }

  @ParameterizedTest
  @MethodSource("faulty")
  void header_faultyOrMissing_closesAndIsCounted(String bytes) {
    try (var server = server("127.0.0.1/32");
        var client = server.connect()) {
      assertThat(answer(client, bytes)).isEmpty();
      Eventually.await("count", () -> server.listener().proxyHeadersRefused.get() == 1);
      assertThat(forwarder.received).isEmpty();
    }
  }

  private static String answer(RawClient client, String bytes) {
    try {
      client.wire().send(bytes);
      return client.wire().readToEnd();
    } catch (SocketException e) {
      return ""; // Closed while bytes were on their way.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("the header comes before the preface of HTTP/2")
  void header_beforeHttp2_isBelieved() {
    try (var server = server("127.0.0.1/32")) {
      RawHttp2 client = RawHttp2.bare(server);
      client.bytes(v2(1, 0x11, V4).getBytes(StandardCharsets.ISO_8859_1));
      client.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      client.frame(RawHttp2.SETTINGS, 0, 0);
      int whole = RawHttp2.END_HEADERS | RawHttp2.END_STREAM;
      byte[] get =
          RawHttp2.section(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a");
      client.frame(RawHttp2.HEADERS, whole, 1, get);
      assertThat(client.response(1).status()).isEqualTo(200);
      assertThat(peer().address().getHostAddress()).isEqualTo("192.0.2.7");
      client.close();
    }
  }

  @Test
  @DisplayName("the header comes before TLS, in one packet with its first bytes or not")
  void header_beforeTls_isBelieved(@TempDir Path folder) throws Exception {
    Peer peer = peerOverTls(folder, v2(1, 0x21, V6), GET);
    assertThat(peer.address().getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:7");
    assertThat(peer.tls()).isTrue();
  }

  @Test
  @DisplayName("rules 79, 177: nor behind TLS, which such a proxy does not look into")
  void header_namesNobodyBeforeTls_fieldsAreNotBelieved(@TempDir Path folder) throws Exception {
    for (String header : new String[] {"PROXY UNKNOWN\r\n", v2(0, 0x00, "")}) {
      assertThat(peerOverTls(folder, header, CLAIMED))
          .isEqualTo(new Peer(InetAddress.ofLiteral("127.0.0.1"), true, null));
    }
  }

  private Peer peerOverTls(Path folder, String header, String request) throws Exception {
    TestIdentity authority = TestIdentity.authority("authority");
    authority.issue("server", "127.0.0.1").into(folder, "server");
    var files = new CertificateFiles(folder.resolve("server.crt"), folder.resolve("server.key"));
    var settings =
        new ServerTlsSettings(List.of(files), false, ClientAuthentication.DISABLED, null);
    try (var tls =
            ServerTls.open(settings, TlsProvider.JDK, List.of("http/1.1"), new RecordingTls());
        var server =
            TestServer.proxyProtocol(
                Gates.open(), forwarder, TestServer.TIMEOUTS, tls, "127.0.0.1/32");
        var plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      plain.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
      var context = TestIdentity.trusting(authority);
      var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", 1, true);
      socket.setSoTimeout(10_000);
      var wire = new Conversation(socket, plain);
      wire.send(request);
      assertThat(wire.readHead()).startsWith("HTTP/1.1 200");
      return peer();
    }
  }

  @Test
  void header_twice_isNoRequest() {
    String header = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
    try (var server = server("127.0.0.1/32")) {
      assertThat(server.exchange(header + header + GET).status()).isEqualTo(400);
      assertThat(forwarder.received).isEmpty();
    }
  }

  @Test
  void header_tooSlow_isClosed() {
    Duration soon = Duration.ofMillis(300);
    Duration other = Duration.ofSeconds(20);
    var timeouts = new ServerSettings.Timeouts(soon, other, other, other, Duration.ofSeconds(1));
    try (var server =
            TestServer.proxyProtocol(Gates.open(), forwarder, timeouts, null, "127.0.0.1/32");
        var client = server.connect()) {
      assertThat(answer(client, "PROXY TCP4 192.")).isEmpty();
      Eventually.await("count", () -> server.listener().proxyHeadersRefused.get() == 1);
    }
  }

  @Test
  @DisplayName("rule 149: anybody else is served as who they are, and their header is no request")
  void header_ofAnotherPeer_isRefused() {
    try (var server = server("10.0.0.0/8")) {
      assertThat(server.exchange(GET).status()).isEqualTo(200);
      assertThat(peer().address().getHostAddress()).isEqualTo("127.0.0.1");
      int before = forwarder.received.size();
      String v1 = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
      assertThat(server.exchange(v1 + GET).status()).isEqualTo(400);
      assertThat(server.exchange(v2(1, 0x11, V4) + GET).status()).isEqualTo(400);
      assertThat(forwarder.received).hasSize(before);
    }
  }
}
