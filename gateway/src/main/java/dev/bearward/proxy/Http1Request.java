package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The request that is being sent on one HTTP/1.1 connection, in our own framing. A head whose body
 * is to follow is held back for the rest of this turn of the event loop, so that a small body that
 * is already at hand leaves in the same buffer. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as the end of the connection
final class Http1Request {
  /** Parts up to this size are copied behind what is held, or between their chunk's delimiters. */
  private static final int SMALL_BYTES = 4 * 1024;

  private final Channel channel;
  private final Runnable flushHeld = this::flushHeld;
  private @Nullable ByteBuf held;
  private boolean chunked;
  private long left;

  Http1Request(Channel channel) {
    this.channel = channel;
  }

  /** Sends a head, or holds it when a body follows. */
  void head(HeadBytes head, RequestBody framing) {
    chunked = framing.length() < 0;
    left = framing.length();
    ByteBuf buffer = channel.alloc().ioBuffer(head.length() + roomForBody());
    head.copyTo(buffer);
    if (left == 0) {
      channel.writeAndFlush(buffer);
    } else {
      held = buffer;
      channel.eventLoop().execute(flushHeld);
    }
  }

  private int roomForBody() {
    if (chunked) {
      return SMALL_BYTES / 4;
    }
    return left <= SMALL_BYTES ? (int) left : 0;
  }

  /** Sends a part of the body. */
  void part(ByteBuf part) {
    int size = part.readableBytes();
    left -= size;
    if (held != null && size > SMALL_BYTES) {
      writeHeld();
    }
    if (size <= SMALL_BYTES && (held != null || chunked)) {
      copy(part);
    } else if (chunked) {
      Chunks.write(channel, part);
    } else {
      channel.writeAndFlush(part);
    }
  }

  /** Puts a small part into the buffer that is held, or into one of its own. */
  private void copy(ByteBuf part) {
    ByteBuf buffer = held;
    boolean own = buffer == null;
    if (buffer == null) {
      buffer = channel.alloc().ioBuffer(part.readableBytes() + Chunks.OVERHEAD);
    }
    if (chunked) {
      Chunks.copy(part, buffer);
    } else {
      buffer.writeBytes(part);
    }
    part.release();
    if (own) {
      channel.writeAndFlush(buffer);
    } else if (buffer.readableBytes() > 2 * SMALL_BYTES || left == 0) {
      flushHeld();
    }
  }

  /**
   * Ends the body.
   *
   * @param lastChunk of a chunked body: the last chunk with its trailers, or null for a plain one
   */
  void end(@Nullable HeadBytes lastChunk) {
    if (chunked) {
      ByteBuf buffer = held;
      if (buffer != null && lastChunk != null) {
        lastChunk.copyTo(buffer);
      } else {
        writeHeld();
        channel.write(Chunks.last(channel.alloc(), lastChunk));
      }
    }
    writeHeld();
    channel.flush();
  }

  private void flushHeld() {
    if (held != null) {
      writeHeld();
      channel.flush();
    }
  }

  private void writeHeld() {
    ByteBuf buffer = held;
    if (buffer != null) {
      held = null;
      channel.write(buffer);
    }
  }

  /** Frees what was not sent. */
  void discard() {
    ByteBuf buffer = held;
    if (buffer != null) {
      held = null;
      buffer.release();
    }
  }
}
