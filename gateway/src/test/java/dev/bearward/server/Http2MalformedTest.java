package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are none (RFC 9113 section 8.1.1): never forwarded, and never left unanswered. */
class Http2MalformedTest {
  private static Arguments head(String name, String... fields) {
    return argumentSet(name, (Object) fields);
  }

  private static Arguments with(String name, String... fields) {
    var all = new ArrayList<>(RawHttp2.basics("GET", "/a"));
    all.addAll(List.of(fields));
    return head(name, all.toArray(String[]::new));
  }

  static List<Arguments> malformed() {
    return List.of(
        head("no :method", ":scheme", "http", ":path", "/a", ":authority", "h"),
        head("no :scheme", ":method", "GET", ":path", "/a", ":authority", "h"),
        head("no :path", ":method", "GET", ":scheme", "http", ":authority", "h"),
        head("neither :authority nor Host", ":method", "GET", ":scheme", "http", ":path", "/a"),
        with("rule 128: a second :path", ":path", "/b"),
        with("rule 128: a second :method", ":method", "GET"),
        with("rule 128: a second :authority", ":authority", "h"),
        with("rule 128: a late pseudo-header field", "x", "y", ":authority", "h"),
        head("rule 128: late", ":method", "GET", ":scheme", "http", "x", "y", ":path", "/a"),
        with("rule 128: unknown", ":path-info", "/b"),
        with("rule 128: of a response", ":status", "200"),
        with("rule 128: :protocol without CONNECT", ":protocol", "websocket"),
        with("rule 128: upper case", "X-Upper", "y"),
        with("rule 128: Connection", "connection", "close"),
        with("rule 128: Keep-Alive", "keep-alive", "timeout=5"),
        with("rule 128: Proxy-Connection", "proxy-connection", "keep-alive"),
        with("rule 135: Transfer-Encoding", "transfer-encoding", "chunked"),
        with("rule 143: Upgrade", "upgrade", "h2c"),
        with("rule 128: TE", "te", "gzip"),
        with("rule 128: TE with more", "te", "trailers, gzip"),
        with("rule 129: a length and no body", "content-length", "1"),
        with("rule 129: two lengths", "content-length", "0", "content-length", "1"),
        with("rule 129: no number", "content-length", "0x0"),
        with("rule 130: CR LF", "x", "y\r\nz: a"),
        with("rule 130: CR", "x", "y\rz"),
        with("rule 130: LF", "x", "y\nz"),
        with("rule 130: NUL", "x", "y\0z"),
        with("rule 130: a blank in front", "x", " y"),
        with("rule 130: a blank behind", "x", "y\t"),
        with("rule 130: a colon in a name", "x:y", "z"),
        with("rule 130: a blank in a name", "x y", "z"),
        with("rule 130: a control in a name", "x\1", "z"),
        with("rule 130: a name of nothing", "", "z"),
        head(
            "rule 131: userinfo",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/a",
            ":authority",
            "u@h"),
        with("rule 131: another Host", "host", "other"),
        with("rule 131: two Hosts", "host", "h", "host", "h"),
        head(
            "rule 132: an empty :path",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "",
            ":authority",
            "h"),
        head(
            "rule 132: * for GET",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "*",
            ":authority",
            "h"),
        head(
            "rule 132: a URL",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "http://o/a",
            ":authority",
            "h"),
        head(
            "rule 132: a blank",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/a b",
            ":authority",
            "h"),
        head(
            "rule 132: CR LF",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/a\r\nx: y",
            ":authority",
            "h"),
        head(
            "rule 133: a method that is none",
            ":method",
            "GE T",
            ":scheme",
            "http",
            ":path",
            "/a",
            ":authority",
            "h"),
        head(
            "rule 133: a method of nothing",
            ":method",
            "",
            ":scheme",
            "http",
            ":path",
            "/a",
            ":authority",
            "h"),
        head(
            "rule 133: a scheme that is none",
            ":method",
            "GET",
            ":scheme",
            "http://x/",
            ":path",
            "/a",
            ":authority",
            "h"),
        head(
            "CONNECT with :path",
            ":method",
            "CONNECT",
            ":scheme",
            "http",
            ":path",
            "/a",
            ":authority",
            "h"),
        head(
            "extended CONNECT without :path",
            ":method",
            "CONNECT",
            ":protocol",
            "websocket",
            ":scheme",
            "http",
            ":authority",
            "h"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  @DisplayName("rules 128-133: a malformed request is a stream error, never forwarded")
  void malformed_isReset(String[] fields) {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.headers(1, true, fields);
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.PROTOCOL_ERROR);
      assertThat(upstream.received).isEmpty();
      assertThat(server.listener().refused).containsExactly(Reason.BAD_REQUEST);
      client.get(3);
      assertThat(client.response(3).status()).isEqualTo(200);
    }
  }

  static List<Arguments> refused() {
    return List.of(
        argumentSet("rule 127: underscore", 400, "bad_request", basics("x_y", "z")),
        argumentSet("ambiguous path", 400, "ambiguous_path", path("/a/../b")),
        argumentSet("rule 123: encoded slash", 400, "ambiguous_path", path("/a%2fb")),
        argumentSet(
            "rule 132: * for OPTIONS",
            404,
            "no_route",
            new String[] {
              ":method", "OPTIONS", ":scheme", "http", ":path", "*", ":authority", "h"
            }),
        argumentSet(
            "a Host that is none",
            400,
            "bad_request",
            new String[] {
              ":method",
              "GET",
              ":scheme",
              "http",
              ":path",
              "/",
              ":authority",
              "a b".replace(' ', ',')
            }),
        argumentSet(
            "rule 125: CONNECT",
            405,
            "method_not_allowed",
            new String[] {":method", "CONNECT", ":authority", "h:443"}),
        argumentSet(
            "rule 160: another protocol",
            405,
            "method_not_allowed",
            new String[] {
              ":method",
              "CONNECT",
              ":protocol",
              "connect-udp",
              ":scheme",
              "http",
              ":path",
              "/a",
              ":authority",
              "h"
            }),
        argumentSet("rule 111: an expectation", 417, "expectation_failed", basics("expect", "x")),
        argumentSet("rule 110: a long path", 414, "uri_too_long", path("/" + "a".repeat(9000))),
        argumentSet(
            "rule 110: a large section", 431, "header_too_large", basics("x", "a".repeat(33_000))),
        argumentSet(
            "rule 139: a section beyond what is decoded",
            431,
            "header_too_large",
            basics("x", "a".repeat(45_000))),
        argumentSet("rule 110: many fields", 431, "header_too_large", many()));
  }

  private static String[] basics(String... more) {
    var all = new ArrayList<>(RawHttp2.basics("GET", "/a"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String[] path(String path) {
    return RawHttp2.basics("GET", path).toArray(String[]::new);
  }

  private static String[] many() {
    var all = new ArrayList<>(RawHttp2.basics("GET", "/a"));
    for (int i = 0; i < 101; i++) {
      all.addAll(List.of("x-" + i, "y"));
    }
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("refused")
  @DisplayName("a well-formed request that is refused is answered, with the reason of HTTP/1.1")
  void refused_isAnswered(int status, String reason, String[] fields) {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.headers(1, true, fields);
      RawHttp2.Response response = client.response(1);
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.reason()).isEqualTo(reason);
      assertThat(upstream.received).isEmpty();
      client.get(3);
      assertThat(client.response(3).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 129: more DATA than the length says, or less, is a stream error")
  void length_otherThanData_isReset() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      client.request(1, false, "POST", "/a", "content-length", "5");
      client.data(1, true, "1234");
      assertThat(client.resetOf(1)).isEqualTo(Http2Error.PROTOCOL_ERROR);
      client.request(3, false, "POST", "/a", "content-length", "5");
      client.data(3, false, "123");
      client.data(3, false, "456");
      assertThat(client.resetOf(3)).isEqualTo(Http2Error.PROTOCOL_ERROR);
      client.request(5, false, "POST", "/a", "content-length", "5");
      client.data(5, true, "12345");
      assertThat(client.response(5).status()).isEqualTo(200);
      Eventually.await("upstream's work is cancelled", () -> upstream.exchange(1).cancelled);
      assertThat(upstream.exchange(0).complete).isFalse();
      assertThat(upstream.exchange(1).complete).isFalse();
      assertThat(upstream.exchange(2).framing.length()).isEqualTo(5);
      assertThat(server.listener().outcome(0).reason()).isEqualTo(Reason.BAD_REQUEST);
    }
  }

  @Test
  @DisplayName("trailers with a pseudo-header field or a connection field are a stream error")
  void trailers_malformed_areReset() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = RawHttp2.connect(server)) {
      String[][] bad = {
        {":path", "/b"}, {"connection", "x"}, {"X", "y"}, {"x", "y\r\nz"}, {"x_y", "z"}
      };
      for (int i = 0; i < bad.length; i++) {
        int stream = 2 * i + 1;
        client.request(stream, false, "POST", "/a");
        client.headers(stream, true, bad[i]);
        assertThat(client.resetOf(stream)).isEqualTo(Http2Error.PROTOCOL_ERROR);
      }
      assertThat(upstream.received).allMatch(e -> !e.complete);
    }
  }
}
