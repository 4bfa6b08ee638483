package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request: its head, and its body in our own framing. A head whose body is to follow is
 * held back for the rest of this turn of the event loop, so that a small body that is already at
 * hand leaves in the same buffer. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as the end of the connection
final class RequestWriter {
  /** Parts up to this size are copied behind what is held, or between their chunk's delimiters. */
  private static final int SMALL_BYTES = 4 * 1024;

  private final RequestBody framing;
  private final RequestHeadWriter heads;
  private final IdentityNames identityNames;
  private final EventLoop loop;
  private @Nullable Channel channel;
  private @Nullable ByteBuf held;
  private @Nullable Deque<ByteBuf> parked;
  private @Nullable HttpHeaders parkedTrailers;
  private long taken;
  private boolean complete;

  RequestWriter(
      RequestBody framing, RequestHeadWriter heads, IdentityNames identityNames, EventLoop loop) {
    this.framing = framing;
    this.heads = heads;
    this.identityNames = identityNames;
    this.loop = loop;
    this.complete = framing.length() == 0;
  }

  /** Sends the head, and what of the body was given before there was a connection. */
  void start(Channel to, HeadBytes head) {
    channel = to;
    ByteBuf buffer = to.alloc().ioBuffer(head.length() + roomForBody());
    head.copyTo(buffer);
    if (complete) {
      to.writeAndFlush(buffer);
      return;
    }
    held = buffer;
    sendParked();
    if (held != null) {
      loop.execute(this::flushHeld);
    }
  }

  private int roomForBody() {
    if (complete) {
      return 0;
    }
    boolean small = framing.length() >= 0 && framing.length() <= SMALL_BYTES;
    return small ? (int) framing.length() : framing.length() < 0 ? SMALL_BYTES / 4 : 0;
  }

  private void sendParked() {
    Deque<ByteBuf> parts = parked;
    parked = null;
    if (parts != null) {
      parts.forEach(this::send);
    }
    HttpHeaders trailers = parkedTrailers;
    if (trailers != null) {
      finish(trailers);
    }
  }

  /**
   * Takes a part of the body.
   *
   * @return false when it is more than was announced; the part is released then
   */
  boolean body(ByteBuf part) {
    int size = part.readableBytes();
    if (complete || (framing.length() >= 0 && size > framing.length() - taken)) {
      part.release();
      return size == 0;
    }
    taken += size;
    if (size == 0) {
      part.release();
    } else if (channel == null) {
      park(part);
    } else {
      send(part);
    }
    return true;
  }

  private void park(ByteBuf part) {
    Deque<ByteBuf> parts = parked;
    if (parts == null) {
      parts = new ArrayDeque<>();
      parked = parts;
    }
    parts.add(part);
  }

  /**
   * The body is complete.
   *
   * @return false when it is less than was announced
   */
  boolean end(HttpHeaders trailers) {
    if (complete) {
      return true;
    }
    if (framing.length() >= 0 && taken != framing.length()) {
      return false;
    }
    if (channel == null) {
      parkedTrailers = trailers;
    } else {
      finish(trailers);
    }
    return true;
  }

  private void send(ByteBuf part) {
    boolean chunked = framing.length() < 0;
    int size = part.readableBytes();
    if (held != null && size > SMALL_BYTES) {
      writeHeld();
    }
    if (size <= SMALL_BYTES && (held != null || chunked)) {
      copy(part, chunked);
    } else if (chunked) {
      Chunks.write(open(), part);
    } else {
      open().writeAndFlush(part);
    }
  }

  /** Puts a small part into the buffer that is held, or into one of its own. */
  private void copy(ByteBuf part, boolean chunked) {
    ByteBuf buffer = held;
    boolean own = buffer == null;
    if (buffer == null) {
      buffer = open().alloc().ioBuffer(part.readableBytes() + Chunks.OVERHEAD);
    }
    if (chunked) {
      Chunks.copy(part, buffer);
    } else {
      buffer.writeBytes(part);
    }
    part.release();
    if (own) {
      open().writeAndFlush(buffer);
    } else if (buffer.readableBytes() > 2 * SMALL_BYTES || taken == framing.length()) {
      flushHeld();
    }
  }

  private void finish(HttpHeaders trailers) {
    if (framing.length() < 0) {
      HeadBytes last = heads.writeLastChunk(trailers, identityNames);
      ByteBuf buffer = held;
      if (buffer != null && last != null) {
        last.copyTo(buffer);
      } else {
        writeHeld();
        open().write(Chunks.last(open().alloc(), last));
      }
    }
    writeHeld();
    open().flush();
    complete = true;
  }

  private void flushHeld() {
    if (held != null) {
      writeHeld();
      open().flush();
    }
  }

  private void writeHeld() {
    ByteBuf buffer = held;
    if (buffer != null) {
      held = null;
      open().write(buffer);
    }
  }

  private Channel open() {
    Channel to = channel;
    if (to == null) {
      throw new IllegalStateException("request: not started");
    }
    return to;
  }

  /** Whether the upstream takes more of the body now. */
  boolean wantsMore() {
    Channel to = channel;
    return !complete && to != null && to.isWritable();
  }

  /** Whether head and body were handed to the connection completely. */
  boolean isComplete() {
    return complete;
  }

  /** Whether nothing of a body was taken, so that the request can be sent once more. */
  boolean isRepeatable() {
    return taken == 0 && (framing.length() == 0 || !complete);
  }

  /** Forgets the connection, to be started again on another one. */
  void rewind() {
    discardHeld();
    channel = null;
  }

  /** Frees all that was not sent; nothing is sent any more. */
  void discard() {
    complete = true;
    discardHeld();
    Deque<ByteBuf> parts = parked;
    if (parts != null) {
      parked = null;
      parts.forEach(ByteBuf::release);
    }
  }

  private void discardHeld() {
    ByteBuf buffer = held;
    if (buffer != null) {
      held = null;
      buffer.release();
    }
  }
}
