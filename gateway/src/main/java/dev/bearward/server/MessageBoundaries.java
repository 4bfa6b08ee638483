package dev.bearward.server;

import io.netty.buffer.ByteBuf;

/** The messages of gRPC: a byte of flags, four of length, the message. */
final class MessageBoundaries implements Boundaries {
  private static final int PREFIX = 5;

  private int read;
  private long left;

  @Override
  public int follow(ByteBuf bytes, boolean toBoundary) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (read < PREFIX) {
        int octet = bytes.getUnsignedByte(at++);
        left = read++ == 0 ? 0 : left << 8 | octet;
      } else {
        int step = (int) Math.min(left, end - at);
        left -= step;
        at += step;
      }
      if (read == PREFIX && left == 0) {
        read = 0;
        if (toBoundary) {
          break;
        }
      }
    }
    return at - bytes.readerIndex();
  }

  @Override
  public boolean here() {
    return read == 0;
  }
}
