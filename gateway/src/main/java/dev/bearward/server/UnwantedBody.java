package dev.bearward.server;

import io.netty.handler.codec.http2.Http2Error;

/**
 * The rest of what a client sends on a stream whose response has left: thrown away, until the
 * stream is reset with NO_ERROR (RFC 9113 section 8.1). Not at once, since clients are about that
 * take a reset that comes along with the response for the loss of it; and one that has itself more
 * to say only to end its side, as that of a WebSocket, is given the time.
 */
final class UnwantedBody {
  private final Http2Session session;
  private final int stream;
  private long waited;
  private long bytes;

  UnwantedBody(Http2Session session, int stream) {
    this.session = session;
    this.stream = stream;
  }

  /** So many more bytes came. */
  void came(int more) {
    bytes += more;
    if (bytes > Http2Bounds.CONNECTION_WINDOW) {
      session.reset(stream, Http2Error.NO_ERROR);
    }
  }

  /** So much time has passed, in nanoseconds. */
  void tick(long passed) {
    waited += passed;
    if (waited > Bounds.MAX_DRAIN_TIME.toNanos()) {
      session.reset(stream, Http2Error.NO_ERROR);
    }
  }
}
