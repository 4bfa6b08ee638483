package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Rule 157: what lasts ends with its token, at a place where nobody takes it for something else;
 * over sockets, with tokens that have a second or two to live.
 */
class CloseAtExpiryStoryTest {
  private static final Duration LIFE = Duration.ofMillis(2_500);
  private static final String WHY = "token expired";

  /** Status 1008 and the reason, behind a header of two bytes. */
  private static final String CLOSE = "\u0088\u000f\u0003\u00f0" + WHY;

  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: ";

  private final TestIssuer issuer = TestIssuer.simple();

  /** Lets an upstream go on once the token is over. */
  private final CountDownLatch over = new CountDownLatch(1);

  private RunningGateway gateway(RawUpstream upstream, String route) throws IOException {
    return new RunningGateway(
        """
        server: {listen: "127.0.0.1:0"}
        admin: {listen: "127.0.0.1:0"}
        issuers:
          - name: test
            issuer: "%s"
            audience: "%s"
            keys: {inline: '%s'}
            clockSkew: 0s
        upstreams: {app: "http://127.0.0.1:%d"}
        routes: [{path: /**, upstream: app, require: {}%s}]
        """
            .formatted(
                issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks(), upstream.port(), route));
  }

  private static Conversation connect(RunningGateway gateway) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.uri("/").getPort());
    socket.setSoTimeout(20_000);
    return new Conversation(socket);
  }

  private static Instant soon() {
    return Instant.now().plus(LIFE).truncatedTo(ChronoUnit.SECONDS);
  }

  private String request(Instant expiry, String... fields) {
    String token = issuer.token().expiresAt(expiry).sign();
    String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    return "GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n" + more + "\r\n";
  }

  private String handshake(Instant expiry) {
    return request(
        expiry,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13");
  }

  /** The token has been over for a while: a timer for it has run. */
  private void await(Instant expiry) {
    Eventually.await("expiry", () -> Instant.now().isAfter(expiry.plusMillis(300)));
    over.countDown();
  }

  private void awaitOver() {
    try {
      assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private RawUpstream agreeing(RawUpstream.Script then) {
    return RawUpstream.start(wire -> {
      String head = wire.readHead();
      if (head != null) {
        wire.send(EchoUpstream.agreement(head));
        then.play(wire);
      }
    });
  }

  private static void closedAtExpiry(RunningGateway gateway, String kind, boolean complete) {
    Eventually.await("a line", () -> !gateway.accessLog().isEmpty());
    assertThat(gateway.accessLog()).contains("\"closedAtExpiry\":\"" + kind + "\"");
    assertThat(gateway.accessLog().contains("\"complete\":false")).isEqualTo(!complete);
    assertThat(gateway.metric("bearward_closed_at_expiry_total{kind=\"" + kind + "\"}"))
        .isEqualTo(1);
  }

  /** Takes the mask off a frame of less than 126 bytes. */
  private static String unmasked(Conversation wire) throws IOException {
    String header = wire.readText(2);
    String key = wire.readText(4);
    String masked = wire.readText(header.charAt(1) & 0x7f);
    var payload = new StringBuilder();
    for (int i = 0; i < masked.length(); i++) {
      payload.append((char) (masked.charAt(i) ^ key.charAt(i % 4)));
    }
    return header.charAt(0) + payload.toString();
  }

  @Test
  @DisplayName("rule 157: a WebSocket is closed with 1008 on both sides, and both may answer")
  void webSocket_tokenExpires_isClosed() throws Exception {
    try (var upstream =
            agreeing(wire -> {
              wire.send("\u0081\u0002hi");
              assertThat(unmasked(wire)).isEqualTo("\u0088\u0003\u00f0" + WHY);
              wire.send("\u0088\u0002\u0003\u00f0");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      Instant expiry = soon();
      client.send(handshake(expiry));
      assertThat(client.readHead()).startsWith("HTTP/1.1 101");
      assertThat(client.readText(4)).isEqualTo("\u0081\u0002hi");
      assertThat(client.readText(CLOSE.length())).isEqualTo(CLOSE);
      assertThat(Instant.now()).as("not before its time").isAfterOrEqualTo(expiry.minusMillis(2));
      client.send("\u0088\u0082\0\0\0\0\u0003\u00f0");
      assertThat(client.readToEnd()).isEmpty();
      closedAtExpiry(gateway, "websocket", true);
      Eventually.await("upstream's end", () -> upstream.conversation(0).over());
    }
  }

  @Test
  @DisplayName("rule 157: the frame that is begun comes to its end, and the next one never begins")
  void webSocket_inTheMiddleOfAFrame_isClosedBehindIt() throws Exception {
    try (var upstream =
            agreeing(wire -> {
              wire.send("\u0001\nfour");
              assertThat(unmasked(wire)).startsWith("\u0088");
              wire.send("and");
              wire.send("six\u0080\u0003not");
              wire.send("\u0081\u0003sent");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      client.send(handshake(soon()));
      client.readHead();
      String frame = "\u0001\nfourandsix";
      assertThat(client.readText(frame.length() + CLOSE.length())).isEqualTo(frame + CLOSE);
      client.send("\u0088\u0080\0\0\0\0");
      client.readToEnd();
      closedAtExpiry(gateway, "websocket", true);
    }
  }

  @Test
  @DisplayName("rule 157: a frame that never ends is broken off in bounded time, as what it is")
  void webSocket_frameNeverEnds_isReset() throws Exception {
    try (var upstream =
            agreeing(wire -> {
              wire.send("\u0082~\u007f\u00ffbegun");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      client.send(handshake(soon()));
      client.readHead();
      assertThat(client.readText(9)).endsWith("begun");
      assertThatThrownBy(client::readToEnd).hasMessageContaining("reset");
      closedAtExpiry(gateway, "websocket", false);
    }
  }

  @Test
  @DisplayName("rule 157: a silent event stream ends in order at once, and the upstream is let go")
  void eventStream_silentAtTheEnd_endsWhole() throws Exception {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(CHUNKED + "text/event-stream;charset=utf-8\r\n\r\n9\r\ndata: 1\n\n\r\n");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      client.send(request(soon()));
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("9\r\ndata: 1\n\n\r\n0\r\n\r\n");
      closedAtExpiry(gateway, "event_stream", true);
      Eventually.await("upstream's end", () -> upstream.conversation(0).over());
      client.send(request(soon()));
      assertThat(client.readHead()).as("the connection is kept").startsWith("HTTP/1.1 200");
    }
  }

  @Test
  @DisplayName("rule 157: the event that is begun comes whole, and nothing of the next")
  void eventStream_inTheMiddleOfAnEvent_endsBehindIt() throws Exception {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              // A length does not make it a download.
              wire.send(
                  "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Type: text/event-stream\r\n");
              wire.send("\r\ndata: 1\r\n\r\nda");
              awaitOver();
              wire.send("ta: 2\r");
              wire.send("\n\r");
              wire.send("\ndata: 3\r\n\r\n");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      Instant expiry = soon();
      client.send(request(expiry));
      client.readHead();
      assertThat(client.readUntil("da\r\n")).endsWith("da\r\n");
      await(expiry);
      String rest = client.readUntil("0\r\n\r\n");
      assertThat(rest).contains("ta: 2").doesNotContain("data: 3");
      closedAtExpiry(gateway, "event_stream", true);
    }
  }

  @Test
  @DisplayName("rule 157: events in an encoding cannot be told apart: no clean end")
  void eventStream_encoded_isBrokenOff() throws Exception {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(
                  CHUNKED + "text/event-stream\r\nContent-Encoding: gzip\r\n\r\n4\r\n\n\n\n\n\r\n");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      client.send(request(soon()));
      client.readHead();
      assertThat(client.readToEnd()).isEqualTo("4\r\n\n\n\n\n\r\n");
      closedAtExpiry(gateway, "event_stream", false);
    }
  }

  @Test
  @DisplayName("rule 157: gRPC ends behind a message, with UNAUTHENTICATED in the trailers")
  void grpc_tokenExpires_endsWithTrailers() throws Exception {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(CHUNKED + "application/grpc+proto\r\n\r\n7\r\n\0\0\0\0\2ok\r\n");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, "");
        var client = connect(gateway)) {
      client.send(request(soon()));
      client.readHead();
      assertThat(client.readUntil("\r\n\r\n"))
          .isEqualTo(
              "7\r\n\0\0\0\0\2ok\r\n0\r\ngrpc-status: 16\r\ngrpc-message: token expired\r\n\r\n");
      closedAtExpiry(gateway, "grpc", true);
    }
  }

  @Test
  @DisplayName("rule 157: a download runs on, whatever becomes of its token")
  void download_tokenExpires_comesWhole() throws Exception {
    runsOn("application/octet-stream", "");
  }

  @Test
  @DisplayName("rule 157: with closeAtExpiry: false an event stream runs on too")
  void eventStream_onRouteThatKeepsIt_comesWhole() throws Exception {
    runsOn("text/event-stream", ", closeAtExpiry: false");
  }

  @Test
  @DisplayName("a route that only reports ends nothing")
  void eventStream_onReportingRoute_comesWhole() throws Exception {
    runsOn("text/event-stream", ", mode: report");
  }

  private void runsOn(String type, String route) throws Exception {
    try (var upstream =
            RawUpstream.start(wire -> {
              wire.readHead();
              wire.send(CHUNKED + type + "\r\n\r\n2\r\n\n\n\r\n");
              awaitOver();
              wire.send("2\r\n\n\n\r\n0\r\n\r\n");
              wire.readToEnd();
            });
        var gateway = gateway(upstream, route);
        var client = connect(gateway)) {
      Instant expiry = soon();
      client.send(request(expiry));
      client.readHead();
      assertThat(client.readText(7)).isEqualTo("2\r\n\n\n\r\n");
      await(expiry);
      assertThat(client.readUntil("0\r\n\r\n")).isEqualTo("2\r\n\n\n\r\n0\r\n\r\n");
      Eventually.await("a line", () -> !gateway.accessLog().isEmpty());
      assertThat(gateway.accessLog()).doesNotContain("closedAtExpiry", "\"complete\":false");
    }
  }
}
