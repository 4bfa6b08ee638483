package dev.bearward.server;

import io.netty.buffer.ByteBuf;

/**
 * The events of a {@code text/event-stream} (HTML standard section 9.2.6): lines that end in LF,
 * CRLF or CR, and an empty one behind each event. A comment line belongs to no event.
 */
final class EventBoundaries implements Boundaries {
  private boolean lineBegun;
  private boolean comment;
  private boolean eventBegun;
  private boolean afterCr;

  @Override
  public int follow(ByteBuf bytes, boolean toBoundary) {
    int start = bytes.readerIndex();
    int end = bytes.writerIndex();
    for (int at = start; at < end; at++) {
      octet(bytes.getByte(at));
      boolean halfLineEnd = afterCr && at + 1 < end && bytes.getByte(at + 1) == '\n';
      if (toBoundary && here() && !halfLineEnd) {
        return at + 1 - start;
      }
    }
    return end - start;
  }

  private void octet(byte octet) {
    boolean restOfLineEnd = afterCr && octet == '\n';
    afterCr = octet == '\r';
    if (restOfLineEnd) {
      return;
    }
    if (octet == '\n' || octet == '\r') {
      eventBegun = lineBegun && (eventBegun || !comment);
      lineBegun = false;
    } else if (!lineBegun) {
      lineBegun = true;
      comment = octet == ':';
    }
  }

  @Override
  public boolean here() {
    return !lineBegun && !eventBegun;
  }
}
