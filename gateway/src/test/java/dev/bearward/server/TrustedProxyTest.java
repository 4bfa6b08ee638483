package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Peer;
import dev.bearward.testing.TestIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a request comes from, when it comes through proxies. */
class TrustedProxyTest {
  private static final TestIdentity CLIENT = TestIdentity.authority("client");
  private static final RecordingForwarder FORWARDER = RecordingForwarder.ok();
  private static TestServer trusting;

  @BeforeAll
  static void start() {
    trusting =
        TestServer.trusting(
            Gates.open(), FORWARDER, "127.0.0.0/8", "10.0.0.0/8", "2001:db8:1::/48");
  }

  @AfterAll
  static void stop() {
    trusting.close();
  }

  private static Peer peer(TestServer server, RecordingForwarder forwarder, String fields) {
    String lines = fields.isEmpty() ? "" : fields.replace("\n", "\r\n") + "\r\n";
    assertThat(server.exchange("GET /a HTTP/1.1\r\nHost: api\r\n" + lines + "\r\n").status())
        .isEqualTo(200);
    return forwarder.received.getLast().head.peer();
  }

  private static Peer peer(String fields) {
    return peer(trusting, FORWARDER, fields);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-For: 203.0.113.9, 192.0.2.1",
        "X-Forwarded-For: 203.0.113.9\nX-Forwarded-For: 192.0.2.1",
        "X-Forwarded-For: 203.0.113.9, 192.0.2.1, 10.0.0.7, 10.1.2.3",
        "X-Forwarded-For: 10.9.9.9, 192.0.2.1, 10.0.0.7",
        "X-Forwarded-For: garbage, 192.0.2.1,, 2001:db8:1::7 ,",
        "X-Forwarded-For: 192.0.2.1:55555, [2001:db8:1::7]:443",
        "X-Forwarded-For: ::ffff:192.0.2.1, ::ffff:10.0.0.7",
        "Forwarded: for=192.0.2.1",
        "Forwarded: For=\"192.0.2.1:4711\";proto=https;by=_x",
        "Forwarded: for=203.0.113.9, for=192.0.2.1;host=a, for=10.0.0.7",
        "Forwarded: for=203.0.113.9\nForwarded: for=192.0.2.1,for=\"[2001:db8:1::7]:80\"",
        "Forwarded: for=\"unterminated\\\nForwarded: for=192.0.2.1",
        "Forwarded: for=_hidden, for=\"192.0.\\2.1\"",
        "Forwarded: for=192.0.2.1\nX-Forwarded-For: 203.0.113.9, 192.0.2.1, 10.0.0.7",
      })
  @DisplayName("rule 149: the client is the first address from the right that nobody trusts")
  void peer_trustedHop_isWhoItSpeaksFor(String fields) {
    assertThat(peer(fields).address()).isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.7",
        "X-Forwarded-For: 192.0.2.1, 127.1, 10.0.0.7",
        "X-Forwarded-For: 192.0.2.1, 10.0.0.8 10.0.0.9, 10.0.0.7",
        "X-Forwarded-For: unknown\nX-Forwarded-For: 10.0.0.7",
        "X-Forwarded-For: 10.0.0.7",
        "Forwarded: for=192.0.2.1, for=_secret, for=10.0.0.7",
        "Forwarded: for=192.0.2.1, proto=https, for=10.0.0.7",
        "Forwarded: for=192.0.2.1;for=192.0.2.1\nForwarded: for=10.0.0.7",
        "Forwarded: for=192.0.2.1; for=x\nForwarded: for=10.0.0.7",
        "Forwarded: for = 192.0.2.1\nForwarded: for=10.0.0.7",
        "Forwarded: garbage\nForwarded: for=10.0.0.7",
      })
  @DisplayName("rule 149: what is malformed ends the walk at the last address believed")
  void peer_malformedElement_isTheLastBelieved(String fields) {
    assertThat(peer(fields).address()).isEqualTo(InetAddress.ofLiteral("10.0.0.7"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-Forwarded-For: unknown",
        "X-Forwarded-For: ,",
        "X-Forwarded-For: 192.0.2.1, ::1%lo",
        "X-Real-IP: 192.0.2.1",
        "True-Client-IP: 192.0.2.1",
        "Forwarded: for=192.0.2.1;",
        "Forwarded: for=192.0.2.1;for=192.0.2.1",
        "Forwarded: for=\"192.0.2.1",
        "Forwarded: for=192.0.2.1 for=192.0.2.1",
        "Forwarded: for=192.0.2.1\nX-Forwarded-For: 192.0.2.2",
        "Forwarded: for=192.0.2.1\nX-Forwarded-For: unknown",
        "Forwarded: garbage\nX-Forwarded-For: 192.0.2.2",
      })
  @DisplayName("rules 149, 176: without a list that is beyond doubt the client is the hop itself")
  void peer_nothingToBelieve_isTheHop(String fields) {
    assertThat(peer(fields).address()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
  }

  @Test
  @DisplayName("at most 32 proxies in a row are believed")
  void peer_endlessChain_isCutOff() {
    String chain = "10.0.0.1, ".repeat(40) + "10.0.0.2" + ", 10.0.0.3".repeat(31);
    assertThat(peer("X-Forwarded-For: " + chain).address())
        .isEqualTo(InetAddress.ofLiteral("10.0.0.2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 192.0.2.1\nX-Forwarded-Proto: https",
        "Forwarded: for=192.0.2.1;proto=https;host=evil",
        "Client-Cert: :AAAA:",
        "X-Real-IP: 192.0.2.1",
      })
  @DisplayName("rules 149, 151, 177: by default nobody is believed")
  void peer_nobodyTrusted_isTheConnection(String fields) {
    var forwarder = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), forwarder)) {
      assertThat(peer(server, forwarder, fields))
          .isEqualTo(new Peer(InetAddress.ofLiteral("127.0.0.1"), false, null));
    }
  }

  @Test
  @DisplayName("rule 149: a peer beside the trusted block is not believed")
  void peer_otherBlockTrusted_isTheConnection() {
    var forwarder = RecordingForwarder.ok();
    try (var server = TestServer.trusting(Gates.open(), forwarder, "127.0.0.2", "::1")) {
      assertThat(peer(server, forwarder, "X-Forwarded-For: 192.0.2.1").hop()).isNull();
    }
  }

  @Test
  @DisplayName("rule 150: an IPv4 client on a socket for both kinds has its IPv4 address")
  void peer_ipv4OnIpv6Socket_isIpv4() throws Exception {
    var forwarder = RecordingForwarder.ok();
    var everywhere = new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
    try (var log = CapturedLog.of("dev.bearward.server");
        var server = TestServer.on(everywhere, Gates.open(), forwarder, "127.0.0.0/8")) {
      assertThat(peer(server, forwarder, "X-Forwarded-For: 192.0.2.1").address())
          .isEqualTo(InetAddress.ofLiteral("192.0.2.1"));
      assertThat(peer(server, forwarder, "").address())
          .isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 151: proto from a trusted hop says whether the client's connection is TLS")
  void peer_proto_isBelievedOnce() {
    assertThat(peer("X-Forwarded-Proto: https").tls()).isTrue();
    assertThat(peer("X-Forwarded-Proto: HTTPS").tls()).isTrue();
    assertThat(peer("X-Forwarded-Proto: http").tls()).isFalse();
    assertThat(peer("X-Forwarded-Proto: https\nX-Forwarded-Proto: https").tls()).isFalse();
    assertThat(peer("X-Forwarded-Proto: https, http").tls()).isFalse();
    assertThat(peer("Forwarded: for=192.0.2.1;proto=https, for=10.0.0.7").tls()).isTrue();
    assertThat(peer("Forwarded: for=a;proto=https, for=192.0.2.1").tls()).isFalse();
  }

  @Test
  @DisplayName("rules 151, 176: the host of a trusted hop is never the one that is matched")
  void peer_host_isNotTheAuthority() {
    Peer peer = peer("X-Forwarded-Host: Public.Example:8443");
    assertThat(Objects.requireNonNull(Objects.requireNonNull(peer.hop()).host()).value())
        .isEqualTo("public.example:8443");
    assertThat(FORWARDER.received.getLast().head.authority().value()).isEqualTo("api");
    assertThat(peer("X-Forwarded-Host: a b").hop()).extracting("host").isNull();
    assertThat(peer("X-Forwarded-Host: a\nX-Forwarded-Host: b").hop()).extracting("host").isNull();
  }

  private static String clientCert(byte[] der) {
    return "Client-Cert: :" + Base64.getEncoder().encodeToString(der) + ":";
  }

  @Test
  @DisplayName("rule 79: the certificate in Client-Cert of a trusted hop is the client's")
  void peer_clientCert_hasItsThumbprint() {
    String field = clientCert(CLIENT.der());
    assertThat(peer(field).certificateThumbprint()).isEqualTo(CLIENT.thumbprint());
    assertThat(peer("X-Forwarded-For: 192.0.2.1\n" + field).certificateThumbprint())
        .isEqualTo(CLIENT.thumbprint());
    assertThat(peer("").certificateThumbprint()).isNull();
  }

  @Test
  @DisplayName("rule 79: each request of a kept connection has its own certificate")
  void peer_severalClientCertsOnOneConnection_areKeptApart() {
    var forwarder = RecordingForwarder.ok();
    String head = "GET /a HTTP/1.1\r\nHost: api\r\n";
    TestIdentity other = TestIdentity.authority("other");
    try (var server = TestServer.trusting(Gates.open(), forwarder, "127.0.0.1");
        var client = server.connect()) {
      String one = head + clientCert(CLIENT.der()) + "\r\n\r\n";
      client.exchange(one);
      client.exchange(one);
      client.exchange(head + clientCert(other.der()) + "\r\n\r\n");
      client.exchange(head + "\r\n");
      client.exchange(head + "Client-Cert: :AA==:\r\n\r\n");
      client.exchange(one);
      assertThat(forwarder.received)
          .extracting(exchange -> exchange.head.peer().certificateThumbprint())
          .containsExactly(
              CLIENT.thumbprint(),
              CLIENT.thumbprint(),
              other.thumbprint(),
              null,
              null,
              CLIENT.thumbprint());
    }
  }

  private static byte[] with(byte[] der, int at, int value) {
    byte[] changed = der.clone();
    changed[at] = (byte) value;
    return changed;
  }

  @Test
  @DisplayName("rule 79: a Client-Cert that is not exactly one certificate is none")
  void peer_malformedClientCert_isNone() {
    byte[] der = CLIENT.der();
    String good = clientCert(der);
    String base64 = Base64.getEncoder().encodeToString(der);
    assertThat(peer(good).certificateThumbprint()).isNotNull();
    for (String bad :
        new String[] {
          good + "\n" + good,
          good + "\nClient-Cert: ",
          good + ";a=1",
          good + ", :" + base64 + ":",
          "Client-Cert: " + base64,
          "Client-Cert: :" + base64,
          "Client-Cert: \"" + base64 + "\"",
          "Client-Cert: :" + base64.substring(0, 40) + " " + base64.substring(40) + ":",
          "Client-Cert: :" + base64.substring(0, base64.length() - 4) + ":",
          "Client-Cert: ::",
          "Client-Cert: :",
          "Client-Cert: :A===:",
          clientCert(java.util.Arrays.copyOf(der, der.length + 1)),
          clientCert(with(der, 0, 0x31)),
          clientCert(with(der, 1, 0x80)),
          clientCert(with(der, 1, 0x83)),
          clientCert(with(der, 4, 0x31)),
          clientCert(new byte[] {0x30, 0}),
          clientCert(new byte[] {0x30, (byte) 0x81, 6, 0x30, 0, 0x30, 0, 3, 0}),
          clientCert(new byte[ClientCertField.MAX_DER + 1]),
        }) {
      assertThat(peer(bad).certificateThumbprint()).as(bad).isNull();
    }
  }
}
