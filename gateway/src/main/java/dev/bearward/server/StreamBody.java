package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The request body of one stream. What the exchange does not want yet is held, and the client's
 * window is opened again only by what was taken (rule 136), so the window bounds what is held.
 */
final class StreamBody {
  /** Takes the parts. */
  interface Taker {
    /** Whether another part is wanted now. */
    boolean wants();

    /** Takes a part and owns it. */
    void take(ByteBuf part);

    /** There are no more. */
    void end(HttpHeaders trailers);
  }

  private final Http2Session session;
  private final int stream;
  private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(2);

  /** The last part, while small ones may still be put to it. */
  private @Nullable ByteBuf open;

  private @Nullable Taker taker;
  private @Nullable HttpHeaders trailers;
  private int held;
  private boolean complete;
  private boolean discarding;
  private boolean pumping;

  StreamBody(Http2Session session, int stream) {
    this.session = session;
    this.stream = stream;
  }

  /** From now on the parts are for that one. */
  void goesTo(Taker next) {
    taker = next;
  }

  /**
   * Takes a part, which stays its owner's.
   *
   * @return bytes of it for which the client may send others at once
   */
  int add(ByteBuf data) {
    int size = data.readableBytes();
    Taker to = taker;
    if (discarding || size == 0) {
      return size;
    }
    if (to != null && parts.isEmpty() && to.wants()) {
      to.take(data.retain());
      return size;
    }
    keep(data, size);
    held += size;
    session.hold(size);
    return 0;
  }

  /** Small parts are put together: the objects around each would weigh more than its bytes. */
  private void keep(ByteBuf data, int size) {
    ByteBuf last = open;
    if (size > Http2Bounds.SMALL_PART) {
      open = null;
      parts.add(data.retain());
      return;
    }
    if (last == null || size > last.maxWritableBytes()) {
      last = Unpooled.buffer(size, Http2Bounds.SMALL_PART);
      open = last;
      parts.add(last);
    }
    last.writeBytes(data, data.readerIndex(), size);
  }

  /** The client has sent all. */
  void end(HttpHeaders last) {
    complete = true;
    trailers = last;
    pump();
  }

  /** Whether the client has sent all. */
  boolean isComplete() {
    return complete;
  }

  /** Gives what is held as far as it is wanted. */
  void pump() {
    Taker to = taker;
    if (pumping || discarding || to == null) {
      return;
    }
    pumping = true;
    int given = 0;
    while (!parts.isEmpty() && to.wants()) {
      ByteBuf part = parts.remove();
      open = null;
      // No longer held before it is taken: that may end the exchange, and all that is held is let
      // go.
      int size = part.readableBytes();
      unhold(size);
      given += size;
      to.take(part);
    }
    pumping = false;
    if (given > 0) {
      session.consumed(stream, given);
    }
    HttpHeaders last = trailers;
    if (last != null && parts.isEmpty() && to.wants()) {
      trailers = null;
      to.end(last);
    }
  }

  private void unhold(int bytes) {
    held -= bytes;
    session.hold(-bytes);
  }

  /** Nobody wants what is here and still to come. */
  void discard() {
    discarding = true;
    parts.forEach(ByteBuf::release);
    parts.clear();
    open = null;
    int bytes = held;
    if (bytes > 0) {
      unhold(bytes);
      session.consumed(stream, bytes);
    }
  }

  /** The stream is closed. */
  void close() {
    discard();
  }
}
