package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;

/**
 * Follows one direction of a WebSocket by the headers of its frames (RFC 6455 section 5.2), to know
 * where a frame of ours would fit in. Changes nothing and judges nothing.
 */
final class WebSocketFrames {
  private static final int CLOSE = 8;
  private static final int SHORT_HEADER = 2;

  private int read;
  private int header = SHORT_HEADER;
  private int lengthEnd;
  private long left;
  private int opcode;
  private boolean closed;

  /**
   * Goes on over bytes, which are left as they are.
   *
   * @param toBoundary whether to stop behind the first frame that comes to its end
   * @return how many bytes that were
   */
  int follow(ByteBuf bytes, boolean toBoundary) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (read < header) {
        octet(bytes.getUnsignedByte(at++));
      } else {
        int step = (int) Math.min(left, end - at);
        left -= step;
        at += step;
      }
      if (read == header && left == 0) {
        frameEnds();
        if (toBoundary) {
          break;
        }
      }
    }
    return at - bytes.readerIndex();
  }

  private void octet(int value) {
    int index = read++;
    if (index == 0) {
      opcode = value & 0x0F;
    } else if (index == 1) {
      int length = value & 0x7F;
      int extended = length < 126 ? 0 : length == 126 ? Short.BYTES : Long.BYTES;
      lengthEnd = SHORT_HEADER + extended;
      header = lengthEnd + ((value & 0x80) == 0 ? 0 : Integer.BYTES);
      left = extended == 0 ? length : 0;
    } else if (index < lengthEnd) {
      long length = left << 8 | value;
      left = length < 0 ? Long.MAX_VALUE : length; // Its first bit must be 0.
    }
  }

  private void frameEnds() {
    closed |= opcode == CLOSE;
    read = 0;
    header = SHORT_HEADER;
  }

  /** Whether no frame is begun, so that another may begin here. */
  boolean atBoundary() {
    return read == 0;
  }

  /** Whether a Close frame has passed, behind which none may follow. */
  boolean closed() {
    return closed;
  }
}
