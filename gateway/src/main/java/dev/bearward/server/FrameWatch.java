package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;

/**
 * Looks at the header of every frame before Netty decodes it (RFC 9113 section 4.1), so that each
 * is counted, also those that Netty passes over. It can only end the connection; it never decides
 * what a frame says.
 */
final class FrameWatch {
  private static final int HEADER = 9;
  private static final int FLAGS = 4;
  private static final int END_STREAM = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;

  private final FrameBudgets budgets;
  private final byte[] header = new byte[HEADER];
  private int seen;
  private int padded = -1;
  private long skip = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
  private boolean inBlock;
  private int blockBytes;
  private int continuations;

  FrameWatch(FrameBudgets budgets) {
    this.budgets = budgets;
  }

  /** Looks at bytes that came; false when there was too much of something. */
  boolean look(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    boolean calm = true;
    while (at < end && calm) {
      if (padded >= 0) {
        calm = padding(in.getByte(at) & 0xff);
      } else if (skip > 0) {
        int skipped = (int) Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
      } else {
        header[seen++] = in.getByte(at++);
        if (seen == HEADER) {
          seen = 0;
          calm = frame();
        }
      }
    }
    return calm;
  }

  private boolean frame() {
    int length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
    int flags = header[FLAGS];
    skip = length;
    return switch (header[3]) {
      case DATA -> data(length, flags);
      case HEADERS, PUSH_PROMISE -> block(length, flags);
      case CONTINUATION -> ++continuations <= Http2Bounds.MAX_CONTINUATIONS && more(length, flags);
      case PRIORITY -> budgets.take(FrameKind.PRIORITY);
      case RST_STREAM -> budgets.take(FrameKind.RESET);
      case SETTINGS -> budgets.take(FrameKind.SETTINGS);
      case PING -> budgets.take(FrameKind.PING);
      case WINDOW_UPDATE -> budgets.take(FrameKind.WINDOW_UPDATE);
      default -> budgets.take(FrameKind.OTHER);
    };
  }

  private boolean data(int length, int flags) {
    if ((flags & END_STREAM) != 0) {
      return true;
    }
    if ((flags & PADDED) != 0 && length > 0) {
      padded = length - 1;
      return true;
    }
    return length > 0 || budgets.take(FrameKind.EMPTY_DATA);
  }

  /** The first byte of padded DATA says how much of it is padding. */
  private boolean padding(int bytes) {
    boolean empty = bytes >= padded;
    padded = -1;
    return !empty || budgets.take(FrameKind.EMPTY_DATA);
  }

  private boolean block(int length, int flags) {
    continuations = 0;
    blockBytes = 0;
    return more(length, flags);
  }

  private boolean more(int length, int flags) {
    blockBytes += length;
    inBlock = (flags & END_HEADERS) == 0;
    return true;
  }

  /** Whether a header section has begun that is not complete. */
  boolean inBlock() {
    return inBlock || (skip > 0 && header[3] == HEADERS);
  }

  /** Bytes of the header section that has begun, complete or not. */
  int blockBytes() {
    return inBlock() ? blockBytes : 0;
  }
}
