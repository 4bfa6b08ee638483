package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Authority;
import dev.bearward.http.Reason;
import dev.bearward.http.TrustedHop;
import dev.bearward.testing.RawUpstream;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream receives, byte for byte. */
class RequestRewriteTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private RawUpstream upstream;
  private ProxySetup proxy;

  @BeforeEach
  void start() {
    upstream = RawUpstream.answering(OK);
    proxy = ProxySetup.before(upstream.port());
  }

  @AfterEach
  void stop() {
    proxy.close();
    upstream.close();
  }

  private String received(TestRequest request) {
    assertThat(proxy.exchange(request).body()).isEqualTo("ok");
    return upstream.conversation(0).received();
  }

  private List<String> lines(TestRequest request) {
    return Arrays.asList(received(request).split("\r\n", -1));
  }

  @Test
  void forward_plainGet_isExactlyThis() {
    String head = received(TestRequest.get("/a/b").query("x=1&y=%20").header("Accept", "*/*"));
    assertThat(head)
        .isEqualTo(
            """
            GET /a/b?x=1&y=%20 HTTP/1.1
            Host: api.example.com
            Accept: */*
            X-Forwarded-For: 127.0.0.1
            X-Forwarded-Host: api.example.com
            X-Forwarded-Proto: http
            Forwarded: for=127.0.0.1;host=api.example.com;proto=http
            Via: 1.1 bearward
            X-Request-Id: id-1

            """
                .replace("\n", "\r\n"));
  }

  @Test
  @DisplayName("rule 94: the Host sent upstream is the checked authority, the client's line is not")
  void forward_clientHostLine_isReplacedByAuthority() {
    List<String> lines =
        lines(TestRequest.get("/").authority("A.example:8080").header("Host", "evil.example"));
    assertThat(lines).contains("Host: a.example:8080").noneMatch(line -> line.contains("evil"));
  }

  @Test
  @DisplayName("rule 88: hop-by-hop fields and all that Connection names are removed")
  void forward_hopByHop_isRemoved() {
    String head =
        received(
            TestRequest.get("/")
                .header("X-Late", "before")
                .header("Connection", "keep-alive, X-Late")
                .header("connection", "x-other , ,X-Third")
                .header("Keep-Alive", "timeout=5")
                .header("Proxy-Connection", "keep-alive")
                .header("Proxy-Authorization", "Basic eDp5")
                .header("TE", "trailers")
                .header("Trailer", "X-Sum")
                .header("Upgrade", "websocket")
                .header("X-Other", "1")
                .header("x-third", "1")
                .header("X-Stays", "1"));
    assertThat(head.toLowerCase(Locale.ROOT))
        .contains("x-stays: 1")
        .doesNotContain("x-late", "x-other", "x-third", "connection", "keep-alive")
        .doesNotContain("proxy-", "te:", "trailer", "upgrade");
  }

  @Test
  @DisplayName("rule 143: Upgrade: h2c and HTTP2-Settings are never forwarded")
  void forward_h2cUpgrade_isRemoved() {
    String head =
        received(
            TestRequest.get("/")
                .header("Connection", "Upgrade, HTTP2-Settings")
                .header("Upgrade", "h2c")
                .header("HTTP2-Settings", "AAMAAABkAAQAAP__"));
    assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("h2c", "http2-settings", "upgrade");
  }

  @Test
  @DisplayName("rule 11: the token stays here by default")
  void forward_authorization_isStripped() {
    assertThat(received(TestRequest.get("/").header("authorization", "Bearer secret")))
        .doesNotContainIgnoringCase("authorization")
        .doesNotContain("secret");
  }

  @Test
  void forward_authorizationOnForwardingRoute_isKept() {
    assertThat(lines(TestRequest.get("/").header("Authorization", "Bearer t").forwardToken()))
        .contains("Authorization: Bearer t");
  }

  @Test
  @DisplayName("rules 124, 175: every variant of an identity header is removed before ours is set")
  void forward_identityHeaders_onlyOursArrive() {
    List<String> lines =
        lines(
            TestRequest.get("/")
                .identityNames("X-User", "X-Roles")
                .identity("X-User", "alice")
                .header("X-User", "mallory")
                .header("x-user", "mallory")
                .header("X_USER", "mallory")
                .header("x_Roles", "admin")
                .header("X-Roles", "admin")
                .header("X-User-Agent", "kept"));
    assertThat(lines)
        .contains("X-User: alice", "X-User-Agent: kept")
        .noneMatch(line -> line.contains("mallory") || line.contains("admin"));
    assertThat(lines.stream().filter(line -> line.startsWith("X-User:"))).hasSize(1);
  }

  @Test
  @DisplayName("rule 175: a client's copy is removed where no identity is set at all")
  void forward_publicRoute_identityNamesAreRemovedToo() {
    assertThat(received(TestRequest.get("/").identityNames("X-User").header("x-user", "mallory")))
        .doesNotContain("mallory");
  }

  @Test
  @DisplayName("rule 124: an identity value with CR, LF or beyond ASCII refuses the request")
  void forward_identityValueThatSplits_refuses() {
    for (String value : List.of("a\r\nX-Evil: 1", "a\n", "a\0b", "na\u00efve", "\u010d\u010a")) {
      RecordedResponse response =
          proxy.exchange(TestRequest.get("/").identityNames("X-User").identity("X-User", value));
      assertThat(response.failure()).isEqualTo(Reason.BAD_REQUEST);
    }
    assertThat(received(TestRequest.get("/after"))).doesNotContain("X-User", "Evil");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\r\nHost: x", "a\nb", "a\tb", "\u00e4", "a\0"})
  @DisplayName("rule 182: a query that would split the request line is never written")
  void forward_queryThatSplits_refuses(String query) {
    assertThat(proxy.exchange(TestRequest.get("/").query(query)).failure())
        .isEqualTo(Reason.BAD_REQUEST);
    assertThat(received(TestRequest.get("/after"))).startsWith("GET /after HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Evil: 1", "a\rb", "a\nb", "a\0b"})
  @DisplayName("rule 98: a field value that would split the head is never written")
  void forward_valueThatSplits_refuses(String value) {
    assertThat(proxy.exchange(TestRequest.get("/").header("X-Any", value)).failure())
        .isEqualTo(Reason.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X Any", "X:Any", "X\r\nAny", "X-\u00e4"})
  @DisplayName("rule 127: a field name that is no token is never written")
  void forward_nameThatIsNoToken_refuses(String name) {
    assertThat(proxy.exchange(TestRequest.get("/").header(name, "1")).failure())
        .isEqualTo(Reason.BAD_REQUEST);
  }

  @Test
  @DisplayName("rules 149, 176, 177: nobody's forwarded fields are believed or passed on")
  void forward_clientsForwardedFields_areReplaced() {
    List<String> names =
        List.of(
            "Forwarded",
            "X-Forwarded",
            "X-Forwarded-For",
            "X_Forwarded_For",
            "x-forwarded-proto",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "X-Forwarded-Uri",
            "X-Forwarded-User",
            "X-Forwarded-Client-Cert",
            "X-Real-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "True-Client-IP",
            "Client-Cert",
            "X-SSL-Client-Cert",
            "ssl_client_s_dn",
            "X.Forwarded.For",
            "Proxy",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X_Method_Override");
    TestRequest request = TestRequest.get("/");
    names.forEach(name -> request.header(name, "198.51.100.99"));
    List<String> lines = lines(request);
    assertThat(lines)
        .noneMatch(line -> line.contains("198.51.100.99"))
        .contains("X-Forwarded-For: 127.0.0.1");
    assertThat(lines.stream().filter(line -> line.startsWith("Forwarded:"))).hasSize(1);
  }

  @Test
  @DisplayName("rule 150: IPv6 is quoted and bracketed, each parameter stands once")
  void forward_ipv6Client_isQuotedInForwarded() throws Exception {
    InetAddress client = InetAddress.getByName("2001:db8::1");
    assertThat(lines(TestRequest.get("/").from(client, true).authority("[2001:db8::2]:8443")))
        .contains(
            "X-Forwarded-For: 2001:db8::1",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: [2001:db8::2]:8443",
            "Forwarded: for=\"[2001:db8::1]\";host=\"[2001:db8::2]:8443\";proto=https");
  }

  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress HOP = InetAddress.ofLiteral("2001:db8::7");

  @Test
  @DisplayName("rule 149: to the lists of a trusted hop our element is appended")
  void forward_throughTrustedHop_appendsToItsLists() {
    var host = ((Authority.Valid) Authority.parse("public.example:8443")).authority();
    var hop =
        new TrustedHop(HOP, false, "for=unknown, for=192.0.2.1", "203.0.113.9, 192.0.2.1", host);
    assertThat(
            lines(
                TestRequest.get("/")
                    .from(CLIENT, true)
                    .through(hop)
                    .header("X-Forwarded-Port", "1")
                    .header("X-Real-IP", "203.0.113.9")))
        .contains(
            "Host: api.example.com",
            "X-Forwarded-For: 203.0.113.9, 192.0.2.1, 2001:db8::7",
            "X-Forwarded-Host: public.example:8443",
            "X-Forwarded-Proto: https",
            "Forwarded: for=unknown, for=192.0.2.1,"
                + " for=\"[2001:db8::7]\";host=api.example.com;proto=http")
        .noneMatch(line -> line.startsWith("X-Real-IP") || line.startsWith("X-Forwarded-Port"));
  }

  @Test
  @DisplayName("rule 149: a list that a trusted hop did not send begins with the client")
  void forward_throughTrustedHop_completesTheOtherList() {
    var listed = new TrustedHop(HOP, true, null, "192.0.2.1", null);
    assertThat(lines(TestRequest.get("/").from(CLIENT, true).through(listed)))
        .contains(
            "X-Forwarded-For: 192.0.2.1, 2001:db8::7",
            "Forwarded: for=192.0.2.1;host=api.example.com;proto=https,"
                + " for=\"[2001:db8::7]\";host=api.example.com;proto=https");
  }

  @Test
  @DisplayName("rule 149: so does X-Forwarded-For when only Forwarded came")
  void forward_throughTrustedHopWithForwarded_completesXForwardedFor() {
    var forwarded = new TrustedHop(HOP, false, "for=192.0.2.1", null, null);
    assertThat(lines(TestRequest.get("/").from(CLIENT, false).through(forwarded)))
        .contains("X-Forwarded-For: 192.0.2.1, 2001:db8::7");
  }

  @Test
  @DisplayName("rule 149: a trusted hop that speaks for nobody is the client")
  void forward_trustedHopItself_isTheOnlyElement() {
    var hop = new TrustedHop(HOP, false, null, null, null);
    assertThat(lines(TestRequest.get("/").from(HOP, true).through(hop)))
        .contains(
            "X-Forwarded-For: 2001:db8::7",
            "X-Forwarded-Proto: https",
            "Forwarded: for=\"[2001:db8::7]\";host=api.example.com;proto=https");
  }

  @Test
  @DisplayName("rule 79: certificates of clients are not passed on, whoever sent them")
  void forward_clientCert_isStripped() {
    var hop = new TrustedHop(HOP, false, null, "192.0.2.1", null);
    assertThat(
            lines(
                TestRequest.get("/")
                    .from(CLIENT, true)
                    .through(hop)
                    .header("Client-Cert", ":AAAA:")
                    .header("client-cert-chain", ":AAAA:")))
        .noneMatch(line -> line.contains("AAAA"));
  }

  @Test
  @DisplayName("rule 90: Via is added behind the client's")
  void forward_via_isAdded() {
    assertThat(lines(TestRequest.get("/").header("Via", "1.0 edge")))
        .containsSubsequence("Via: 1.0 edge", "Via: 1.1 bearward");
  }

  @Test
  void forward_requestId_isTheGatewaysOwn() {
    List<String> lines = lines(TestRequest.get("/").header("x-request-id", "forged"));
    assertThat(lines).contains("X-Request-Id: id-1").noneMatch(line -> line.contains("forged"));
  }

  @Test
  @DisplayName("rule 120: order of equal names is kept")
  void forward_repeatedFields_keepTheirOrder() {
    assertThat(lines(TestRequest.get("/").header("Cookie", "b=2").header("cookie", "a=1")))
        .containsSubsequence("Cookie: b=2", "cookie: a=1");
  }

  @Test
  @DisplayName("rule 107: framing is our own, exactly one of Content-Length or chunked")
  void forward_wholeBody_hasOneContentLength() {
    String request =
        received(
            TestRequest.of("POST", "/")
                .header("Content-Length", "999")
                .header("Transfer-Encoding", "chunked")
                .whole("hello ", "world"));
    assertThat(request).endsWith("Content-Length: 11\r\n\r\nhello world");
    assertThat(request.toLowerCase(Locale.ROOT).split("content-length", -1)).hasSize(2);
    assertThat(request).doesNotContainIgnoringCase("transfer-encoding");
  }

  @Test
  @DisplayName("rule 107: a body of length 0 is announced, an absent one is not")
  void forward_emptyBody_isAnnounced() {
    assertThat(received(TestRequest.of("POST", "/").framed(0)))
        .endsWith("Content-Length: 0\r\n\r\n");
  }

  @Test
  @DisplayName("rules 107, 119: a chunked body is chunked anew, trailers filtered")
  void forward_chunkedBody_isChunkedAnew() throws Exception {
    String large = "x".repeat(70_000);
    var trailers =
        new DefaultHttpHeaders()
            .add("X-Sum", "1")
            .add("Content-Length", "5")
            .add("Authorization", "Bearer t")
            .add("Host", "evil")
            .add("X-User", "mallory")
            .add("X-Forwarded-For", "198.51.100.9");
    try (RawUpstream chunks =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.readUntil("0\r\nX-Sum: 1\r\n\r\n");
              conversation.send(OK);
            });
        ProxySetup other = ProxySetup.before(chunks.port())) {
      RecordedResponse response =
          other.exchange(
              TestRequest.of("POST", "/")
                  .identityNames("X-User")
                  .chunked("abc", large)
                  .trailers(trailers));
      assertThat(response.status()).isEqualTo(200);
      assertThat(chunks.conversation(0).received())
          .contains("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n11170\r\n" + large + "\r\n0\r\n")
          .endsWith("0\r\nX-Sum: 1\r\n\r\n");
    }
  }

  @Test
  @DisplayName("rules 119, 182: trailers that would split the message are left out")
  void forward_trailersThatSplit_areLeftOut() {
    HttpHeaders trailers =
        DefaultHttpHeadersFactory.trailersFactory()
            .withValidation(false)
            .newHeaders()
            .add("X-Sum", "1\r\n\r\nGET /smuggled HTTP/1.1");
    try (RawUpstream chunks =
            RawUpstream.start(conversation -> {
              conversation.readHead();
              conversation.readUntil("0\r\n\r\n");
              conversation.send(OK);
            });
        ProxySetup other = ProxySetup.before(chunks.port())) {
      other.exchange(TestRequest.of("POST", "/").chunked("abc").trailers(trailers));
      assertThat(chunks.conversation(0).received()).endsWith("3\r\nabc\r\n0\r\n\r\n");
    }
  }

  @Test
  @DisplayName("rule 91: Max-Forwards is counted down for OPTIONS and left alone for others")
  void forward_maxForwards_isCountedDown() {
    assertThat(lines(TestRequest.of("OPTIONS", "/").header("Max-Forwards", "5")))
        .contains("Max-Forwards: 4");
    assertThat(proxy.exchange(TestRequest.get("/x").header("Max-Forwards", "5")).status())
        .isEqualTo(200);
    assertThat(upstream.conversation(0).received()).contains("Max-Forwards: 5");
  }

  @Test
  @DisplayName("rule 91: OPTIONS with Max-Forwards 0 is answered here")
  void forward_maxForwardsZero_isAnsweredHere() {
    RecordedResponse response =
        proxy.exchange(
            TestRequest.of("OPTIONS", "/").methods("OPTIONS", "GET").header("Max-Forwards", "0"));
    assertThat(response.status()).isEqualTo(204);
    assertThat(response.headers().get("Allow")).isEqualTo("GET, OPTIONS");
    assertThat(upstream.conversations()).isEmpty();
  }
}
