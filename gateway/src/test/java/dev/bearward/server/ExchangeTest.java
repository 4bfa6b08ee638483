package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.access.Permit;
import dev.bearward.http.Header;
import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ExchangeTest {
  private static final String GET = "GET /open HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
  private static final String GET_10 = "GET /open HTTP/1.0\r\nHost: api.example.com\r\n";

  private static String post(String path, int length) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
  }

  @Test
  @DisplayName("rule 126: a 1.1 connection is kept and serves one request after the other")
  void exchange_twice_onOneConnection() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      RawClient.Response response = client.exchange(GET);
      assertThat(response.body()).isEqualTo("ok");
      assertThat(response.head()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(response.header("connection")).isNull();
      assertThat(client.exchange(GET).body()).isEqualTo("ok");
      assertThat(upstream.received).hasSize(2);
      assertThat(server.listener().opened).hasValue(1);
    }
  }

  @Test
  @DisplayName("rule 126: Connection: close is answered alike, and nothing more is served")
  void exchange_clientWantsClose_closes() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      String closing = GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      RawClient.Response response = client.exchange(closing + GET);
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(client.readToEnd()).isEmpty();
      assertThat(upstream.received).hasSize(1);
    }
  }

  @Test
  @DisplayName("rule 126: a 1.0 connection is closed, unless the client asks to keep it")
  void exchange_http10_closesUnlessAsked() {
    try (var server = TestServer.start(Gates.open(), RecordingForwarder.ok())) {
      try (var client = server.connect()) {
        RawClient.Response response = client.exchange(GET_10 + "\r\n");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(client.readToEnd()).isEmpty();
      }
      try (var client = server.connect()) {
        String kept = GET_10 + "Connection: Keep-Alive\r\n\r\n";
        assertThat(client.exchange(kept).header("connection")).isEqualTo("keep-alive");
        assertThat(client.exchange(kept).body()).isEqualTo("ok");
      }
      try (var client = server.connect()) {
        String both = GET_10 + "Connection: keep-alive, close\r\n\r\n";
        assertThat(client.exchange(both).header("connection")).isEqualTo("close");
      }
    }
  }

  @Test
  @DisplayName("rule 108: pipelined requests are answered in order, one forwarded at a time")
  void exchange_pipelined_inOrder() {
    var upstream = RecordingForwarder.silent();
    try (var server = TestServer.start(Gates::half, upstream);
        var client = server.connect()) {
      client.send(GET.replace("/open", "/open/1") + GET.replace("/open", "/shut") + GET);
      var first = upstream.exchange(0);
      assertThat(first.head.path().value()).isEqualTo("/open/1");
      assertThat(server.listener().started).hasSize(1);
      first.run(() -> first.answer(200, "first"));
      assertThat(client.read().body()).isEqualTo("first");
      assertThat(client.read().reason()).isEqualTo("no_token");
      var third = upstream.exchange(1);
      third.run(() -> third.answer(200, "third"));
      assertThat(client.read().body()).isEqualTo("third");
    }
  }

  @Test
  @DisplayName("rule 108: hundreds of pipelined requests do not exhaust the stack or the order")
  void exchange_manyPipelined_inOrder() {
    try (var server = TestServer.start(Gates::half, RecordingForwarder.ok());
        var client = server.connect()) {
      int count = 600;
      String pair = GET.replace("/open", "/shut") + GET;
      Thread.ofVirtual().start(() -> client.send(pair.repeat(count)));
      for (int i = 0; i < count; i++) {
        assertThat(client.read().reason()).isEqualTo("no_token");
        assertThat(client.read().body()).isEqualTo("ok");
      }
    }
  }

  @Test
  @DisplayName("rule 113: HEAD, 204 and 304 have no body, whatever the upstream says")
  void exchange_bodiless_noBody() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          int status = Integer.parseInt(exchange.head.path().value().substring(1));
          exchange.response.head(status, "", new DefaultHttpHeaders(), 5);
          exchange.part("never");
          exchange.response.end(EmptyHttpHeaders.INSTANCE);
        });
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send("HEAD /200 HTTP/1.1\r\nHost: h\r\n\r\n");
      RawClient.Response head = client.read(true);
      assertThat(head.header("content-length")).isEqualTo("5");
      client.send(GET.replace("/open", "/204"));
      RawClient.Response none = client.read();
      assertThat(none.header("content-length")).isNull();
      assertThat(none.header("transfer-encoding")).isNull();
      client.send(GET.replace("/open", "/304"));
      assertThat(client.read().status()).isEqualTo(304);
      client.send(GET.replace("/open", "/200"));
      assertThat(client.read().body()).isEqualTo("never");
    }
  }

  @Test
  @DisplayName(
      "rule 107: a body of unknown length is chunked for 1.1 and ends with 1.0's connection")
  void exchange_unknownLength_chunkedOrClosed() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          exchange.response.head(200, "OK", new DefaultHttpHeaders(), -1);
          exchange.part("one,");
          exchange.part("two");
          var trailers = new DefaultHttpHeaders().add("X-Sum", "7");
          exchange.response.end(trailers);
        });
    try (var server = TestServer.start(Gates.open(), upstream)) {
      try (var client = server.connect()) {
        RawClient.Response response = client.exchange(GET);
        assertThat(response.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(response.body()).isEqualTo("one,two");
        assertThat(client.wire().received()).endsWith("0\r\nX-Sum: 7\r\n\r\n");
        assertThat(client.exchange(GET).body()).isEqualTo("one,two");
      }
      try (var client = server.connect()) {
        client.send(GET_10 + "Connection: keep-alive\r\n\r\n");
        String all = client.readToEnd();
        assertThat(all).contains("\r\nconnection: close\r\n").endsWith("\r\n\r\none,two");
        assertThat(all).doesNotContainIgnoringCase("transfer-encoding");
      }
    }
  }

  @Test
  @DisplayName("rule 107: framing fields of the upstream never reach the client")
  void exchange_upstreamFraming_isReplaced() {
    var upstream =
        RecordingForwarder.whenComplete(exchange ->
            exchange.answer(
                200, "ok", "Content-Length", "9", "Transfer-Encoding", "chunked", "X-A", "b"));
    try (var server = TestServer.start(Gates.open(), upstream)) {
      RawClient.Response response = server.exchange(GET);
      assertThat(response.header("content-length")).isEqualTo("2");
      assertThat(response.header("x-a")).isEqualTo("b");
    }
  }

  @Test
  @DisplayName("rule 112: interim responses go to 1.1 clients only, before the final one")
  void exchange_informational_notTo10() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          var hints = new DefaultHttpHeaders().add("Link", "</a>");
          exchange.response.informational(103, hints);
          exchange.answer(200, "ok");
        });
    try (var server = TestServer.start(Gates.open(), upstream)) {
      try (var client = server.connect()) {
        RawClient.Response early = client.exchange(GET);
        assertThat(early.status()).isEqualTo(103);
        assertThat(early.head()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        assertThat(client.read().body()).isEqualTo("ok");
      }
      assertThat(server.exchange(GET_10 + "\r\n").status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("rule 111: a client that expects 100 gets it from the upstream, then sends")
  void exchange_expectContinue_isRelayed() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(200, "got " + e.body()));
    try (var server = TestServer.start(Gates.open(), upstream);
        var client = server.connect()) {
      client.send(post("/open", 3).replace("\r\n\r\n", "\r\nExpect: 100-Continue\r\n\r\n"));
      var exchange = upstream.exchange(0);
      assertThat(exchange.head.headers().first("expect")).isEqualTo("100-Continue");
      exchange.run(() -> exchange.response.informational(100, EmptyHttpHeaders.INSTANCE));
      assertThat(client.read().status()).isEqualTo(100);
      assertThat(client.exchange("abc").body()).isEqualTo("got abc");
    }
  }

  @Test
  @DisplayName("rule 111: Expect of a 1.0 client is not passed on")
  void exchange_expectFrom10_isDropped() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream)) {
      String request = "POST /a HTTP/1.0\r\nHost: h\r\nContent-Length: 3\r\n";
      assertThat(server.exchange(request + "Expect: 100-continue\r\n\r\nabc").status())
          .isEqualTo(200);
      assertThat(upstream.received.getFirst().head.headers().first("expect")).isNull();
    }
  }

  @Test
  @DisplayName("rule 119: trailers of the request go on as trailers")
  void exchange_trailers_arePassedOn() {
    var upstream = RecordingForwarder.ok();
    try (var server = TestServer.start(Gates.open(), upstream)) {
      String request = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      assertThat(server.exchange(request + "1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n").status())
          .isEqualTo(200);
      var got = upstream.received.getFirst();
      assertThat(got.framing.length()).isEqualTo(-1);
      assertThat(String.valueOf(got.trailers)).contains("X-Sum: 7");
      assertThat(got.head.headers().first("x-sum")).isNull();
    }
  }

  @Test
  @DisplayName("rule 121: Date is the upstream's, or ours when it sent none")
  void exchange_date_isThereOnce() {
    var upstream =
        RecordingForwarder.whenComplete(exchange -> {
          if (exchange.head.path().value().equals("/dated")) {
            exchange.answer(200, "ok", "Date", "Thu, 01 Jan 1970 00:00:00 GMT");
          } else {
            exchange.answer(200, "ok");
          }
        });
    try (var server = TestServer.start(Gates.open(), upstream)) {
      assertThat(server.exchange(GET.replace("/open", "/dated")).header("date"))
          .isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
      assertThat(server.exchange(GET).header("date"))
          .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} 20\\d\\d [\\d:]{8} GMT");
    }
  }

  @Test
  @DisplayName("the request id is the client's when harmless, else new; it is on every response")
  void exchange_requestId_isKeptOrMade() {
    var upstream =
        RecordingForwarder.whenComplete(e -> e.answer(200, "ok", "X-Request-Id", "upstream's"));
    try (var server = TestServer.start(Gates.open(), upstream)) {
      assertThat(idOf(server, "X-Request-Id: abc-123/=")).isEqualTo("abc-123/=");
      assertThat(idOf(server, "x-request-id: " + "a".repeat(128))).hasSize(128);
      for (String bad :
          List.of("a b", "a\"b", "", "a".repeat(129), "a\r\nX-Request-Id: b", "\u00e4")) {
        assertThat(idOf(server, "X-Request-Id: " + bad)).matches("[0-9a-f]{32}");
      }
      assertThat(upstream.received.getFirst().head.requestId()).isEqualTo("abc-123/=");
      RawClient.Response refused = server.exchange("GET /a HTTP/1.1\r\nX-Request-Id: q\r\n\r\n");
      assertThat(refused.header("x-request-id")).isEqualTo("q");
      assertThat(refused.body()).contains("\"requestId\":\"q\"");
    }
  }

  private static String idOf(TestServer server, String field) {
    String request = GET.replace("\r\n\r\n", "\r\n" + field + "\r\n\r\n");
    return String.valueOf(server.exchange(request).header("x-request-id"));
  }

  @Test
  @DisplayName("rule 170: our CORS fields take the place of the upstream's; Vary is merged")
  void exchange_ownCors_replacesUpstreams() {
    var upstream =
        RecordingForwarder.whenComplete(e ->
            e.answer(
                200,
                "ok",
                "Access-Control-Allow-Origin",
                "*",
                "access-control-anything",
                "x",
                "Vary",
                e.head.path().value().equals("/v") ? "Accept, origin" : "Accept"));
    var ours =
        List.of(
            new Header("Access-Control-Allow-Origin", "https://spa"), new Header("Vary", "Origin"));
    try (var server = TestServer.start(Gates.cors(ours, ours), upstream)) {
      RawClient.Response response = server.exchange(GET);
      assertThat(response.header("access-control-allow-origin")).isEqualTo("https://spa");
      assertThat(response.header("access-control-anything")).isNull();
      assertThat(response.all("vary")).containsExactly("Accept", "Origin");
      assertThat(server.exchange(GET.replace("/open", "/v")).all("vary"))
          .containsExactly("Accept, origin");
    }
  }

  @Test
  @DisplayName("rule 163: a failure behind the gate carries the route's CORS fields too")
  void exchange_upstreamFails_refusalHasCors() {
    var upstream =
        RecordingForwarder.whenComplete(e -> e.response.fail(Reason.UPSTREAM_UNAVAILABLE));
    var cors = List.of(new Header("Access-Control-Allow-Origin", "https://spa"));
    try (var server = TestServer.start(Gates.cors(cors, cors), upstream);
        var client = server.connect()) {
      RawClient.Response response = client.exchange(GET);
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.reason()).isEqualTo("upstream_unavailable");
      assertThat(response.header("access-control-allow-origin")).isEqualTo("https://spa");
      assertThat(client.exchange(GET).status()).isEqualTo(502);
      Outcome outcome = server.listener().outcome(0);
      assertThat(outcome.reason()).isEqualTo(Reason.UPSTREAM_UNAVAILABLE);
      assertThat(outcome.upstreamNanos()).isPositive();
    }
  }

  @Test
  @DisplayName("the listener hears of each exchange once, with all there is to tell")
  void finished_once_withEverything() {
    var upstream = RecordingForwarder.whenComplete(e -> e.answer(201, "made"));
    try (var server = TestServer.start(Gates.open(), upstream)) {
      server.exchange(post("/open/%61", 3).replace("Host: h", "Host: API:1") + "abc");
      Outcome outcome = server.listener().outcome(0);
      assertThat(outcome.decision()).isInstanceOf(Permit.class);
      assertThat(outcome.method()).isEqualTo("POST");
      assertThat(outcome.host()).isEqualTo("api:1");
      assertThat(outcome.path()).isEqualTo("/open/a");
      assertThat(outcome.status()).isEqualTo(201);
      assertThat(outcome.reason()).isNull();
      assertThat(outcome.complete()).isTrue();
      assertThat(outcome.bytesIn()).isEqualTo(3);
      assertThat(outcome.bytesOut()).isEqualTo(4);
      assertThat(outcome.durationNanos()).isGreaterThanOrEqualTo(outcome.upstreamNanos());
      assertThat(outcome.peer().address().isLoopbackAddress()).isTrue();
      Eventually.await("closed", () -> server.listener().closed.get() == 1);
      assertThat(server.listener().finished).hasSize(1);
      assertThat(server.listener().started).hasSize(1);
    }
  }
}
