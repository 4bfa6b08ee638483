package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole table of what is refused and what passes, over a real socket. Behind every refused
 * request a second, faultless one is sent on the same connection: it must never be served (rule
 * 106).
 */
class FramingTableTest {
  private static final String SECOND = "GET /second HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final int MAX_PACKETS = 4096;
  private static final RecordingForwarder UPSTREAM = RecordingForwarder.ok();
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Gates.open(), UPSTREAM);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String get(String... fields) {
    return "GET /a HTTP/1.1\r\nHost: h\r\n" + lines(fields) + "\r\n";
  }

  private static String post(String body, String... fields) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + lines(fields) + "\r\n" + body;
  }

  private static String chunked(String body) {
    return post(body, "Transfer-Encoding: chunked");
  }

  private static String lines(String... fields) {
    return String.join("", Arrays.stream(fields).map(field -> field + "\r\n").toList());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
            hosts(), fields(), lengths(), codings(), lines(), targets(), limits(), connection())
        .flatMap(group -> group);
  }

  private static Stream<Arguments> hosts() {
    return Stream.of(
        bad("rule 93: no Host", "GET /a HTTP/1.1\r\n\r\n"),
        bad("rule 93: two Hosts", get("Host: h")),
        bad("rule 93: two Hosts that differ", get("host: other")),
        bad("rule 93: empty Host", "GET /a HTTP/1.1\r\nHost:\r\n\r\n"),
        bad("rule 93: Host with user information", "GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n"),
        bad("rule 93: Host with a path", "GET /a HTTP/1.1\r\nHost: h/x\r\n\r\n"),
        bad("rule 93: Host list", "GET /a HTTP/1.1\r\nHost: h, i\r\n\r\n"),
        bad("rule 93: Host with a bad port", "GET /a HTTP/1.1\r\nHost: h:0x50\r\n\r\n"),
        bad("rule 93: 1.0 with two Hosts", "GET /a HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"),
        bad("rule 94: absolute form without Host", "GET http://h/a HTTP/1.1\r\n\r\n"),
        bad("rule 94: absolute form, bad Host", "GET http://h/a HTTP/1.1\r\nHost: a b\r\n\r\n"),
        bad("rule 94: absolute form, user info", "GET http://u@h/a HTTP/1.1\r\nHost: h\r\n\r\n"),
        bad("rule 94: absolute form, no authority", "GET http:///a HTTP/1.1\r\nHost: h\r\n\r\n"));
  }

  private static Stream<Arguments> fields() {
    return Stream.of(
        bad("rule 95: space before the colon", get("X-A : b")),
        bad("rule 95: tab before the colon", get("X-A\t: b")),
        bad("rule 95: space before the colon of Host", "GET /a HTTP/1.1\r\nHost : h\r\n\r\n"),
        bad("rule 96: folded with a space", get("X-A: b", " c")),
        bad("rule 96: folded with a tab", get("X-A: b", "\tc")),
        bad("rule 96: folded, nothing but blanks", get("X-A: b", "  ")),
        bad("rule 96: folded Transfer-Encoding", post("", "Transfer-Encoding:", " chunked")),
        bad("rule 96: folded Host", "GET /a HTTP/1.1\r\nHost:\r\n h\r\n\r\n"),
        bad("rule 97: blank before the first field", "GET /a HTTP/1.1\r\n Host: h\r\n\r\n"),
        bad("rule 97: tab before the first field", "GET /a HTTP/1.1\r\n\tHost: h\r\n\r\n"),
        bad("rule 97: only blanks before Host", "GET /a HTTP/1.1\r\n \r\nHost: h\r\n\r\n"),
        bad("rule 98: NUL in a value", get("X-A: b\0c")),
        bad("rule 98: CR in a value", get("X-A: b\rc")),
        bad("rule 98: CR at the end of a value", get("X-A: b\r")),
        bad("rule 98: CR alone as a value", get("X-A: \r")),
        bad("rule 98: LF in a value", get("X-A: b\nX-B: c")),
        bad("rule 98: vertical tab in a value", get("X-A: b\u000bc")),
        bad("rule 98: form feed before a value", get("X-A:\fb")),
        bad("rule 98: DEL in a value", get("X-A: b\177c")),
        bad("rule 98: NUL in a name", get("X-\0A: b")),
        bad("rule 127: underscore", get("X_User: b")),
        bad("rule 127: underscore in the middle of Content-Length", get("Content_Length: 1")),
        bad("rule 127: no colon", get("X-A")),
        bad("rule 127: no name", get(": b")),
        bad("rule 127: space in a name", get("X A: b")),
        bad("rule 127: slash in a name", get("X/A: b")),
        bad("rule 127: quote in a name", get("\"X\": b")),
        bad("rule 127: byte above 127 in a name", get("X-\u00e4: b")),
        bad("rule 127: control in a name", get("X\u0001: b")),
        bad("rule 127: underscore in a trailer", chunked("0\r\nX_A: b\r\n\r\n")));
  }

  private static Stream<Arguments> lengths() {
    return Stream.of(
        bad("rule 99: length and chunked", post("0\r\n\r\n", "Content-Length: 5", CHUNKED)),
        bad("rule 99: chunked and length", post("0\r\n\r\n", CHUNKED, "Content-Length: 5")),
        bad("rule 99: length 0 and chunked", post("0\r\n\r\n", "Content-Length: 0", CHUNKED)),
        bad("rule 102: signed plus", post("abc", "Content-Length: +3")),
        bad("rule 102: signed minus", post("abc", "Content-Length: -3")),
        bad("rule 102: hex", post("abc", "Content-Length: 0x3")),
        bad("rule 102: hex digits", post("abc", "Content-Length: a")),
        bad("rule 102: empty", post("", "Content-Length:")),
        bad("rule 102: blank inside", post("abc", "Content-Length: 1 3")),
        bad("rule 102: fraction", post("abc", "Content-Length: 3.0")),
        bad("rule 102: list of equals", post("abc", "Content-Length: 3, 3")),
        bad("rule 102: list that differs", post("abc", "Content-Length: 3, 4")),
        bad("rule 102: two that differ", post("abc", "Content-Length: 3", "Content-Length: 4")),
        bad("rule 102: two equal ones", post("abc", "Content-Length: 3", "Content-Length: 3")),
        bad("rule 102: beyond 63 bits", post("abc", "Content-Length: 9223372036854775808")),
        bad("rule 102: wraps to 3", post("abc", "Content-Length: 18446744073709551619")),
        bad("rule 102: trailing letter", post("abc", "Content-Length: 3x")),
        bad("rule 102: in 1.0", "POST /a HTTP/1.0\r\nHost: h\r\nContent-Length: 3,3\r\n\r\nabc"),
        bad(
            "rule 102: the hidden 8 bytes of an old WebSocket draft",
            get("Sec-WebSocket-Key1: a", "Sec-WebSocket-Key2: b")));
  }

  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private static Stream<Arguments> codings() {
    return Stream.of(
        fault(501, "rule 100: gzip", post("", "Transfer-Encoding: gzip")),
        fault(501, "rule 100: gzip, chunked", post("", "Transfer-Encoding: gzip, chunked")),
        fault(501, "rule 100: chunked, gzip", post("", "Transfer-Encoding: chunked, gzip")),
        fault(501, "rule 100: identity", post("", "Transfer-Encoding: identity")),
        fault(501, "rule 100: xchunked", post("", "Transfer-Encoding: xchunked")),
        fault(501, "rule 100: two lines", post("", "Transfer-Encoding: gzip", CHUNKED)),
        fault(501, "rule 100: deflate and length", post("", "Transfer-Encoding: x", CL_3)),
        bad("rule 100: chunked twice", post("0\r\n\r\n", "Transfer-Encoding: chunked, chunked")),
        bad("rule 100: chunked in two lines", post("0\r\n\r\n", CHUNKED, CHUNKED)),
        bad("rule 100: chunked and an empty element", post("", "Transfer-Encoding: chunked,")),
        bad("rule 100: empty", post("", "Transfer-Encoding:")),
        bad("rule 100: quoted", post("", "Transfer-Encoding: \"chunked\"")),
        bad("rule 100: with parameter", post("", "Transfer-Encoding: chunked;q=1")),
        bad("rule 100: vertical tab", post("", "Transfer-Encoding: \u000bchunked")),
        bad("rule 101: in 1.0", "POST /a HTTP/1.0\r\nHost: h\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"),
        bad("rule 103: size with sign", chunked("+3\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size with a blank before", chunked(" 3\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size with a blank behind", chunked("3 \r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size with underscore", chunked("1_0\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: empty size", chunked("\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: no size but an extension", chunked(";a\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size beyond 63 bits", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size beyond 31 bits", chunked("100000003\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size line ends in LF", chunked("3\nabc\r\n0\r\n\r\n")),
        bad("rule 103: size line ends in CR", chunked("3\rabc\r\n0\r\n\r\n")),
        bad("rule 103: data longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n")),
        bad("rule 103: data ends in LF", chunked("3\r\nabc\n0\r\n\r\n")),
        bad("rule 103: data ends in two other bytes", chunked("3\r\nabcXX0\r\n\r\n")),
        bad("rule 103: LF in an extension", chunked("3;a\nb\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: CR in an extension", chunked("3;a\rb\r\nabc\r\n0\r\n\r\n")),
        bad("rule 103: last size line ends in LF", chunked("0\n\r\n")),
        bad("rule 103: end of trailers is a LF", chunked("0\r\n\n")),
        bad("rule 96: folded trailer", chunked("0\r\nX-A: b\r\n c\r\n\r\n")),
        bad("rule 97: blank before the first trailer", chunked("0\r\n X-A: b\r\n\r\n")));
  }

  private static final String CL_3 = "Content-Length: 3";

  private static Stream<Arguments> lines() {
    String host = "Host: h\r\n\r\n";
    return Stream.of(
        bad("rule 104: five empty lines", "\r\n".repeat(5) + get()),
        bad("rule 104: a LF before the request", "\n" + get()),
        bad("rule 104: a CR before the request", "\r" + get()),
        bad("rule 104: LF CR before the request", "\n\r" + get()),
        bad("rule 105: the request line ends in LF", "GET /a HTTP/1.1\nHost: h\r\n\r\n"),
        bad("rule 105: a field ends in LF", "GET /a HTTP/1.1\r\nHost: h\n\r\n"),
        bad("rule 105: the head ends in LF", "GET /a HTTP/1.1\r\nHost: h\r\n\n"),
        bad("rule 105: only LF", "GET /a HTTP/1.1\nHost: h\n\n"),
        bad("rule 105: only CR", "GET /a HTTP/1.1\rHost: h\r\r" + get()),
        bad("rule 110: space in the target", "GET /a b HTTP/1.1\r\n" + host),
        bad("rule 110: two spaces before the target", "GET  /a HTTP/1.1\r\n" + host),
        bad("rule 110: two spaces before the version", "GET /a  HTTP/1.1\r\n" + host),
        bad("rule 110: space before the method", " GET /a HTTP/1.1\r\n" + host),
        bad("rule 110: space behind the version", "GET /a HTTP/1.1 \r\n" + host),
        bad("rule 110: tab between method and target", "GET\t/a HTTP/1.1\r\n" + host),
        bad("rule 110: tab before the version", "GET /a\tHTTP/1.1\r\n" + host),
        bad("rule 110: vertical tab in between", "GET\u000b/a HTTP/1.1\r\n" + host),
        bad("rule 110: form feed in between", "GET\f/a HTTP/1.1\r\n" + host),
        bad("rule 110: CR in between", "GET\r/a HTTP/1.1\r\n" + host),
        bad("rule 110: NUL in the target", "GET /a\0b HTTP/1.1\r\n" + host),
        bad("rule 110: DEL in the target", "GET /a\177 HTTP/1.1\r\n" + host),
        bad("rule 110: no version", "GET /a\r\n" + host),
        bad("rule 110: no target", "GET HTTP/1.1\r\n" + host),
        bad("rule 110: empty target", "GET  HTTP/1.1\r\n" + host),
        bad("rule 110: lower-case protocol", "GET /a http/1.1\r\n" + host),
        bad("rule 110: another protocol", "GET /a ICAP/1.1\r\n" + host),
        bad("rule 110: version with two digits", "GET /a HTTP/1.10\r\n" + host),
        bad("rule 110: version with a letter", "GET /a HTTP/1.x\r\n" + host),
        bad("rule 110: version with a comma", "GET /a HTTP/1,1\r\n" + host),
        fault(505, "rule 110: version 2.0", "GET /a HTTP/2.0\r\n" + host),
        fault(505, "rule 110: version 1.2", "GET /a HTTP/1.2\r\n" + host),
        fault(505, "rule 110: version 0.9", "GET /a HTTP/0.9\r\n" + host),
        fault(505, "rule 110: nearly the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n"),
        bad("rule 122: method is no token", "G@T /a HTTP/1.1\r\n" + host),
        bad("rule 122: method with a byte above 127", "G\u00c4T /a HTTP/1.1\r\n" + host),
        bad("rule 106: a TLS handshake", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n"));
  }

  private static Stream<Arguments> targets() {
    String end = " HTTP/1.1\r\nHost: h\r\n\r\n";
    return Stream.of(
        path("rule 123: dot segment", "GET /a/../b" + end),
        path("rule 123: encoded dot segment", "GET /a/%2e%2e/b" + end),
        path("rule 123: encoded slash", "GET /a%2Fb" + end),
        path("rule 123: backslash", "GET /a\\b" + end),
        path("rule 123: two slashes", "GET /a//b" + end),
        path("rule 123: two slashes at the start", "GET //a" + end),
        path("rule 123: parameter", "GET /a;p" + end),
        path("rule 123: encoded NUL", "GET /a%00" + end),
        path("rule 123: overlong UTF-8", "GET /a%c0%af" + end),
        path("rule 123: byte above 127", "GET /\u00e4" + end),
        path("rule 171: fragment in the path", "GET /a#b" + end),
        path("rule 171: fragment in the query", "GET /a?b#c" + end),
        path("rule 171: fragment in absolute form", "GET http://h#/a" + end),
        path("rule 171: backslash in absolute form", "GET http://h\\@i/a" + end),
        bad("rule 110: byte above 127 in the query", "GET /a?\u00e4" + end),
        bad("rule 125: target without slash", "GET a" + end),
        bad("rule 125: a query alone", "GET ?a" + end),
        bad("rule 125: another scheme", "GET ftp://h/a" + end),
        bad("rule 125: authority form with GET", "GET h:80" + end),
        bad("rule 125: asterisk with GET", "GET *" + end),
        fault(404, "rule 125: asterisk with OPTIONS", "OPTIONS *" + end),
        fault(405, "rule 125: CONNECT", "CONNECT h:443" + end),
        fault(405, "rule 125: CONNECT with a path", "CONNECT /a" + end));
  }

  private static Stream<Arguments> limits() {
    return Stream.of(
        fault(414, "rule 110: target too long", get().replace("/a", "/" + "a".repeat(8200))),
        fault(414, "rule 110: endless request line", "G".repeat(9000)),
        fault(431, "rule 110: a field too large", get("X-A: " + "a".repeat(33 * 1024))),
        fault(431, "rule 110: fields too large", get(many(60, "a".repeat(1024)))),
        fault(431, "rule 110: too many fields", get(many(101, "a"))),
        fault(431, "rule 110: trailers too large", trailers(60, "a".repeat(1024))),
        fault(431, "rule 110: too many trailers", trailers(101, "a")),
        bad("rule 103: extensions too large", chunked(extended(20, 2000) + "0\r\n\r\n")));
  }

  private static String[] many(int count, String value) {
    String[] fields = new String[count];
    Arrays.setAll(fields, i -> "X-" + i + ": " + value);
    return fields;
  }

  private static String trailers(int count, String value) {
    return chunked("0\r\n" + lines(many(count, value)) + "\r\n");
  }

  private static String extended(int chunks, int size) {
    return ("1;x=" + "a".repeat(size) + "\r\na\r\n").repeat(chunks);
  }

  private static Stream<Arguments> connection() {
    return Stream.of(
        bad("rule 89: Connection names Host", get("Connection: Host")),
        bad("rule 89: … Authorization", get("Connection: close, authorization")),
        bad("rule 89: … Content-Length", get("Connection: Content-Length")),
        bad("rule 89: … X-Forwarded-For", get("Connection: X-Forwarded-For")),
        bad("rule 89: … X-Forwarded-Anything", get("Connection: x-forwarded-anything")),
        bad("rule 89: … an identity header", get("Connection: X-User")),
        bad("rule 89: … the request id", get("Connection: x-request-id")),
        bad("rule 89: … Authorization in a second line", get("Connection: close", AUTHORIZATION)),
        bad("rule 89: … no token", get("Connection: a b")),
        bad("rule 89: … a quoted name", get("Connection: \"host\"")),
        fault(417, "rule 111: unknown expectation", post("", "Expect: 200-ok", CL_3)),
        fault(417, "rule 111: two expectations", post("", "Expect: 100-continue, x", CL_3)));
  }

  private static final String AUTHORIZATION = "Connection: Authorization";

  private static Arguments bad(String name, String request) {
    return argumentSet(name, 400, "bad_request", request);
  }

  private static Arguments path(String name, String request) {
    return argumentSet(name, 400, "ambiguous_path", request);
  }

  private static Arguments fault(int status, String name, String request) {
    String reason =
        switch (status) {
          case 404 -> "no_route";
          case 405 -> "method_not_allowed";
          case 414 -> "uri_too_long";
          case 417 -> "expectation_failed";
          case 431 -> "header_too_large";
          case 501 -> "unsupported_transfer_coding";
          case 505 -> "unsupported_version";
          default -> throw new AssertionError(status);
        };
    return argumentSet(name, status, reason, request);
  }

  @ParameterizedTest
  @MethodSource
  void refused(int status, String reason, String request) {
    int before = UPSTREAM.received.size();
    try (RawClient client = server.connect()) {
      RawClient.Response response = client.exchange(request + SECOND);
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.reason()).isEqualTo(reason);
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(response.header("content-type")).isEqualTo("application/problem+json");
      assertThat(response.header("cache-control")).isEqualTo("no-store");
      assertThat(client.readToEnd()).isEmpty();
    }
    // A bad body may only show after its head was forwarded; then that exchange is given up.
    UPSTREAM.received.stream()
        .skip(before)
        .forEach(exchange -> {
          assertThat(exchange.head.path().value()).isEqualTo("/a");
          assertThat(exchange.cancelled).isTrue();
          assertThat(exchange.complete).isFalse();
        });
  }

  static Stream<Arguments> smallRefused() {
    return refused().filter(row -> ((String) row.get()[2]).length() < MAX_PACKETS);
  }

  /** The same byte by byte: what is decided must not depend on how TCP cuts the bytes. */
  @ParameterizedTest
  @MethodSource("smallRefused")
  void refused_inSmallPieces(int status, String reason, String request) {
    try (RawClient client = server.connect()) {
      Pieces.send(client, request);
      RawClient.Response response = client.read();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.reason()).isEqualTo(reason);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  static Stream<Arguments> served() {
    String end = " HTTP/1.1\r\nHost: h\r\n\r\n";
    return Stream.of(
        argumentSet("rule 104: one empty line before", "\r\n" + get(), "GET h /a null", ""),
        argumentSet("rule 104: two empty lines before", "\r\n\r\n" + get(), "GET h /a null", ""),
        argumentSet("rule 93: Host in upper case", get().replace("h\r", "H\r"), GET_A, ""),
        argumentSet("rule 93: Host with port", host("h:8080"), "GET h:8080 /a null", ""),
        argumentSet("rule 93: Host is IPv6", host("[::1]:80"), "GET [::1]:80 /a null", ""),
        argumentSet("rule 94: absolute form", "GET http://i/b" + end, "GET i /b null", ""),
        argumentSet("rule 94: https", "GET HTTPS://i:1/b?c" + end, "GET i:1 /b c", ""),
        argumentSet("rule 94: without path", "GET http://i" + end, "GET i / null", ""),
        argumentSet("rule 94: query, no path", "GET http://i?c" + end, "GET i / c", ""),
        argumentSet("rule 122: unknown method", "get /a" + end, "get h /a null", ""),
        argumentSet("rule 123: canonical path", "GET /%7euser" + end, "GET h /~user null", ""),
        argumentSet("query kept as it is", "GET /a?b=/../%2f//" + end, "GET h /a b=/../%2f//", ""),
        argumentSet("empty query", "GET /a?" + end, "GET h /a ", ""),
        argumentSet("rule 102: length 0", post("", "Content-Length: 0"), POST_A, ""),
        argumentSet("rule 102: length", post("abc", CL_3), POST_A, "abc"),
        argumentSet("rule 102: zeros before", post("abc", "Content-Length: 003"), POST_A, "abc"),
        argumentSet("rule 103: chunks", chunked("3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"), POST_A, "abcd"),
        argumentSet("rule 103: Chunked", chunkedUpper(), POST_A, "abc"),
        argumentSet("rule 103: extension dropped", chunked(EXTENDED), POST_A, "abc"),
        argumentSet(
            "rule 103: extensions, many small", chunked(manyExtended()), POST_A, "a".repeat(99)),
        argumentSet("blanks around a value", get("X-A: \t b \t"), GET_A, ""),
        argumentSet("empty value", get("X-A:"), GET_A, ""),
        argumentSet("byte above 127 in a value", get("X-A: \u00e4"), GET_A, ""),
        argumentSet("rule 89: other options", get("Connection: keep-alive, te, x-hop"), GET_A, ""),
        argumentSet("rule 143: Upgrade h2c is not taken", get(UPGRADE), GET_A, ""),
        argumentSet("one hundred fields", get(many(99, "a")), GET_A, ""));
  }

  private static final String GET_A = "GET h /a null";
  private static final String POST_A = "POST h /a null";
  private static final String EXTENDED = "3;n=\"v\\\"\";m\r\nabc\r\n0;last\r\n\r\n";
  private static final String[] UPGRADE = {
    "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"
  };

  private static String chunkedUpper() {
    return post("3\r\nabc\r\n0\r\n\r\n", "transfer-encoding: CHUNKED");
  }

  private static String manyExtended() {
    return "1;a=b\r\na\r\n".repeat(99) + "0\r\n\r\n";
  }

  private static String host(String host) {
    return "GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @ParameterizedTest
  @MethodSource
  void served(String request, String head, String body) {
    served(request, head, body, false);
  }

  @ParameterizedTest
  @MethodSource("served")
  void served_inSmallPieces(String request, String head, String body) {
    served(request, head, body, true);
  }

  private void served(String request, String head, String body, boolean pieces) {
    int before = UPSTREAM.received.size();
    try (RawClient client = server.connect()) {
      if (pieces) {
        Pieces.send(client, request);
      } else {
        client.send(request);
      }
      assertThat(client.read().body()).isEqualTo("ok");
      assertThat(client.exchange(SECOND).body()).isEqualTo("ok");
    }
    assertThat(UPSTREAM.received).hasSize(before + 2);
    var received = UPSTREAM.received.get(before);
    var got = received.head;
    assertThat(got.method() + " " + got.authority() + " " + got.path().value() + " " + got.query())
        .isEqualTo(head);
    assertThat(received.body()).isEqualTo(body);
    assertThat(UPSTREAM.received.get(before + 1).head.path().value()).isEqualTo("/second");
  }

  @Test
  @DisplayName("rule 93: a 1.0 request without Host is for the address it was sent to")
  void served_http10WithoutHost() {
    int before = UPSTREAM.received.size();
    assertThat(server.exchange("GET /a HTTP/1.0\r\n\r\n").status()).isEqualTo(200);
    assertThat(UPSTREAM.received.get(before).head.authority().value())
        .isEqualTo("127.0.0.1:" + server.port());
  }
}
