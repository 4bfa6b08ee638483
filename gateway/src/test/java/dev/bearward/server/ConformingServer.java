package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client's frames must come to, over a real socket. The upstream answers every complete
 * request with {@code ok}, but none for {@code /silent}.
 */
final class ConformingServer {
  /** Frames of a client whose settings are exchanged, and what must follow. */
  record Sent(Consumer<RawHttp2> frames, Expected expected) {}

  /** What must follow. */
  sealed interface Expected {}

  /** GOAWAY with one of those, then the end (RFC 9113 section 5.4.1). */
  record ConnectionError(Set<Http2Error> codes) implements Expected {}

  /** RST_STREAM with that code, and the connection goes on. */
  record StreamError(int stream, Set<Http2Error> codes) implements Expected {}

  /** A response of 200 on that stream. */
  record Served(int stream) implements Expected {}

  /** Nothing but that the connection goes on. */
  record GoesOn() implements Expected {}

  private ConformingServer() {}

  static Sent ends(Http2Error code, Consumer<RawHttp2> frames) {
    return new Sent(frames, new ConnectionError(EnumSet.of(code)));
  }

  static Sent resets(int stream, Http2Error code, Consumer<RawHttp2> frames) {
    return new Sent(frames, new StreamError(stream, EnumSet.of(code)));
  }

  static Sent serves(int stream, Consumer<RawHttp2> frames) {
    return new Sent(frames, new Served(stream));
  }

  static Sent goesOn(Consumer<RawHttp2> frames) {
    return new Sent(frames, new GoesOn());
  }

  private static TestServer start() {
    return TestServer.start(
        Gates.open(),
        RecordingForwarder.whenComplete(e -> {
          if (!e.head.path().value().equals("/silent")) {
            e.answer(200, "ok");
          }
        }));
  }

  /** Sends the frames and sees what follows. */
  static void check(Sent sent) {
    try (var server = start();
        var client = RawHttp2.connect(server)) {
      exchangeSettings(client);
      sent.frames().accept(client);
      switch (sent.expected()) {
        case ConnectionError(var codes) -> assertThat(codes).contains(client.ending());
        case StreamError(int stream, var codes) -> {
          assertThat(codes).contains(resetOf(client, stream));
          pings(client);
        }
        case Served(int stream) -> {
          assertThat(client.response(stream).status()).isEqualTo(200);
          pings(client);
        }
        case GoesOn() -> pings(client);
      }
      // Whatever became of this client, the next is served.
      try (var next = RawHttp2.connect(server)) {
        next.get(1);
        assertThat(next.response(1).status()).isEqualTo(200);
      }
    }
  }

  /** Each side's settings are known to the other, and both know it. */
  static void exchangeSettings(RawHttp2 client) {
    client.await(RawHttp2.SETTINGS);
    for (var frame = client.read(); frame != null; frame = client.read()) {
      if (frame.type() == RawHttp2.SETTINGS) {
        pings(client);
        return;
      }
    }
    throw new AssertionError("the settings were not acknowledged");
  }

  /** The code of the next RST_STREAM; a response may have come before it. */
  private static @Nullable Http2Error resetOf(RawHttp2 client, int stream) {
    RawHttp2.Frame reset = client.await(RawHttp2.RST_STREAM);
    assertThat(reset.stream()).isEqualTo(stream);
    return reset.error();
  }

  /** PING is acknowledged with what it said (RFC 9113 section 6.7). */
  static void pings(RawHttp2 client) {
    byte[] said = {8, 7, 6, 5, 4, 3, 2, 1};
    client.frame(RawHttp2.PING, 0, 0, said);
    RawHttp2.Frame answer = client.await(RawHttp2.PING);
    assertThat(answer.has(RawHttp2.ACK)).isTrue();
    assertThat(answer.payload()).isEqualTo(said);
  }
}
