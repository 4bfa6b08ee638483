package dev.bearward.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.bearward.testing.Conversation;
import dev.bearward.testing.EchoUpstream;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rule 159, decision 21: frames are followed and not judged. What no endpoint may send passes as it
 * is, from either side, on tunnels whose frames are followed since their token may end them.
 */
class MalformedFramesTest {
  private static final int MIB = 1024 * 1024;
  private static final String MASK = "\u0001\u0002\u0003\u0004";
  private static final String WHY = "token expired";

  /** Status 1008 and the reason, behind a header of two bytes. */
  private static final String CLOSE = "\u0088\u000f\u0003\u00f0" + WHY;

  /** A length whose first bit, which must be 0, is not. */
  private static final String RESERVED_BIT = "\u0082\u007f\u0080\0\0\0\0\0\0\1";

  private static final String HANDSHAKE =
      "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  static Stream<Arguments> frames() {
    String ping = "x".repeat(126);
    return Stream.of(
        argumentSet("not masked", "\u0081\u0002hi"),
        argumentSet("masked", "\u0081\u0082" + MASK + "hi"),
        argumentSet("RSV1", "\u00c1\u0002hi"),
        argumentSet("RSV2", "\u00a1\u0082" + MASK + "hi"),
        argumentSet("RSV3", "\u0091\u0002hi"),
        argumentSet("opcode 3", "\u0083\u0082" + MASK + "hi"),
        argumentSet("opcode 11", "\u008b\0"),
        argumentSet("opcode 15", "\u008f\u0080" + MASK),
        argumentSet("PING of 126 bytes", "\u0089~\0~" + ping),
        argumentSet("PING of 126 bytes, masked", "\u0089\u00fe\0~" + MASK + ping),
        argumentSet("PING in fragments", "\t\u0001a\u0080\u0001b"),
        argumentSet("PING between fragments", "\u0001\u0001a\u0089\u0001p\u0080\u0001b"),
        argumentSet("message between fragments", "\u0001\u0001a\u0082\u0001m\u0080\u0001b"),
        argumentSet("continuation of nothing", "\u0080\u0082" + MASK + "hi"),
        argumentSet("message never ended", "\u0001\u0001a\0\u0001b"),
        argumentSet("text that is no UTF-8", "\u0081\u0003\u00ed\u00a0\u0080"),
        argumentSet("2 bytes by a length of 16 bits", "\u0081~\0\2hi"),
        argumentSet("2 bytes by a length of 64 bits", "\u0081\u00ff\0\0\0\0\0\0\0\2" + MASK + "hi"),
        argumentSet("65,536 bytes", "\u0082\u007f\0\0\0\0\0\1\0\0" + "y".repeat(65_536)),
        argumentSet("Close of one byte", "\u0088\u0001\u0003"),
        argumentSet("Close of status 999", "\u0088\u0082" + MASK + "\u0003\u00e7"),
        argumentSet("Close in fragments", "\u0008\u0002\u0003\u00e8"),
        argumentSet("a frame behind a Close", "\u0088\0\u0081\u0002hi"));
  }

  private static boolean hasClose(String frames) {
    return (frames.charAt(0) & 0x0f) == 8;
  }

  /** Agrees, reads so much, then says the same, and waits for the end. */
  private static RawUpstream echoing(String frames) {
    return agreeing(wire -> {
      wire.send(wire.readText(frames.length()));
      wire.readToEnd();
    });
  }

  private static RawUpstream agreeing(RawUpstream.Script then) {
    return RawUpstream.start(wire -> {
      wire.send(EchoUpstream.agreement(requireNonNull(wire.readHead())));
      then.play(wire);
    });
  }

  /** The token lasts, but may end. */
  private static Proxied following(RawUpstream upstream, long until) {
    return Proxied.before(upstream.port(), Gates.until(until), TestServer.TIMEOUTS);
  }

  private static long later() {
    return System.currentTimeMillis() + 3_600_000;
  }

  private static void freed(Proxied gateway) {
    Eventually.await("client freed", () -> gateway.server().server().connections() == 0);
    Eventually.await(
        "upstream freed", () -> gateway.forwarder().figures().getFirst().active() == 0);
  }

  @ParameterizedTest
  @MethodSource("frames")
  @DisplayName("rule 159: frames pass as they are, from either side, and the tunnel closes")
  void frames_ofAnyKind_passUnaltered(String frames) throws IOException {
    try (var upstream = echoing(frames);
        var gateway = following(upstream, later());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.send(frames.substring(0, 1));
      client.send(frames.substring(1));
      assertThat(client.wire().readText(frames.length())).isEqualTo(frames);
      assertThat(upstream.conversation(0).received()).endsWith("\r\n\r\n" + frames);
      client.wire().close();
      freed(gateway);
    }
  }

  private record Case(String frames, RawUpstream upstream, Proxied gateway, RawClient client) {
    static Case open(String frames, long until) {
      RawUpstream upstream = echoing(frames);
      Proxied gateway = following(upstream, until);
      return new Case(frames, upstream, gateway, gateway.server().connect());
    }

    void exchange() throws IOException {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.send(frames);
      assertThat(client.wire().readText(frames.length())).isEqualTo(frames);
    }

    /** Behind whole frames a Close comes, but where a Close has passed already. */
    void endsBehindTheFrames() throws IOException {
      String said = hasClose(frames) ? "" : CLOSE;
      assertThat(client.wire().readText(said.length())).as(frames).isEqualTo(said);
      client.wire().close();
      Conversation wire = upstream.conversation(0);
      Eventually.await("upstream's end", wire::over);
      String seen = wire.received();
      String last = seen.substring(seen.indexOf("\r\n\r\n") + 4);
      assertThat(last).startsWith(frames);
      String close = last.substring(frames.length());
      assertThat(hasClose(frames) ? "" : unmasked(close)).isEqualTo(said);
      assertThat(close.isEmpty()).isEqualTo(hasClose(frames));
      freed(gateway);
    }

    void close() {
      client.wire().close();
      gateway.close();
      upstream.close();
    }
  }

  /** A masked frame of less than 126 bytes as it would be without its mask. */
  private static String unmasked(String frame) {
    var plain = new StringBuilder();
    plain.append(frame.charAt(0)).append((char) (frame.charAt(1) & 0x7f));
    for (int i = 6; i < frame.length(); i++) {
      plain.append((char) (frame.charAt(i) ^ frame.charAt(2 + (i - 6) % 4)));
    }
    return plain.toString();
  }

  @Test
  @DisplayName("rules 157, 159: a Close of ours stands behind the last frame, never within one")
  void expiry_behindFramesOfAnyKind_closesThere() throws IOException {
    long soon = System.currentTimeMillis() + 4_000;
    List<Case> all = new ArrayList<>();
    try {
      for (Arguments frames : frames().toList()) {
        all.add(Case.open((String) frames.get()[0], soon));
      }
      for (Case each : all) {
        each.exchange();
      }
      assertThat(System.currentTimeMillis()).as("machine is fast enough").isLessThan(soon);
      for (Case each : all) {
        each.endsBehindTheFrames();
      }
    } finally {
      all.forEach(Case::close);
    }
  }

  @Test
  @DisplayName("rule 159: a length with its reserved bit set never ends: no Close, but a reset")
  void expiry_withinReservedLength_resets() {
    try (var upstream =
            agreeing(wire -> {
              wire.send(wire.readText(RESERVED_BIT.length() + 2));
              wire.readToEnd();
            });
        var gateway = following(upstream, System.currentTimeMillis() + 500);
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.send(RESERVED_BIT + "xy");
      assertThat(client.endsInReset()).isTrue();
      assertThat(client.wire().received()).endsWith("\r\n\r\n" + RESERVED_BIT + "xy");
      Conversation wire = upstream.conversation(0);
      Eventually.await("upstream's end", wire::over);
      assertThat(wire.received()).endsWith("\r\n\r\n" + RESERVED_BIT + "xy");
      freed(gateway);
      assertThat(gateway.server().listener().outcome(0).complete()).isFalse();
    }
  }

  @Test
  @DisplayName("rules 159, 187: a frame that claims 8 EiB is passed on and held nowhere")
  void frame_ofImpossibleLength_holdsNoMemory() throws IOException {
    long total = 64L * MIB;
    long most = 0;
    try (var upstream =
            agreeing(wire -> {
              wire.skip(RESERVED_BIT.length() + total);
              wire.send("all");
              wire.readToEnd();
            });
        var gateway = following(upstream, later());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      client.send(RESERVED_BIT);
      byte[] part = new byte[64 * 1024];
      for (long sent = 0; sent < total; sent += part.length) {
        client.wire().send(part);
        most = Math.max(most, DirectMemory.used());
      }
      assertThat(client.wire().readText(3)).isEqualTo("all");
      assertThat(most).isLessThan(32L * MIB);
      client.wire().close();
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rules 155, 159: bytes at random, in pieces at random, pass unaltered both ways")
  void frames_atRandom_passUnaltered() throws IOException {
    String up = random(1);
    String down = random(2);
    try (var upstream =
            agreeing(wire -> {
              wire.send(wire.readText(up.length()).equals(up) ? down : "other bytes");
              wire.readToEnd();
            });
        var gateway = following(upstream, later());
        var client = gateway.server().connect()) {
      assertThat(client.exchange(HANDSHAKE).status()).isEqualTo(101);
      pieces(up).forEach(client::send);
      assertThat(client.wire().readText(down.length())).isEqualTo(down);
      client.wire().close();
      freed(gateway);
    }
  }

  @Test
  @DisplayName("rules 159, 160: the same on a stream of HTTP/2")
  void frames_atRandomOnAStream_passUnaltered() {
    String up = random(3).substring(0, 60_000);
    String down = random(4).substring(0, 60_000);
    try (var upstream =
            agreeing(wire -> {
              wire.send(wire.readText(up.length()).equals(up) ? down : "other bytes");
              wire.readToEnd();
            });
        var gateway = following(upstream, later());
        var client = RawHttp2.connect(gateway.server())) {
      client.headers(1, false, CONNECT);
      client.await(RawHttp2.HEADERS);
      pieces(up).forEach(piece -> client.data(1, false, piece));
      var got = new StringBuilder();
      while (got.length() < down.length()) {
        got.append(new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.ISO_8859_1));
      }
      assertThat(got.toString()).isEqualTo(down);
      client.reset(1);
      Eventually.await("upstream's end", upstream.conversation(0)::over);
    }
  }

  private static final String[] CONNECT = {
    ":method", "CONNECT",
    ":protocol", "websocket",
    ":scheme", "http",
    ":path", "/chat",
    ":authority", "h",
    "sec-websocket-version", "13"
  };

  private static String random(long seed) {
    byte[] octets = new byte[256 * 1024];
    new Random(seed).nextBytes(octets);
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  private static List<String> pieces(String text) {
    var random = new Random(text.length());
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(5_000));
      pieces.add(text.substring(at, end));
      at = end;
    }
    return pieces;
  }
}
