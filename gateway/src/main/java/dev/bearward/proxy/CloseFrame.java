package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** The frame that ends a WebSocket whose token came to its end (RFC 6455 sections 5.5.1, 7.4.1). */
final class CloseFrame {
  private static final int FINAL_CLOSE = 0x88;
  private static final int MASKED = 0x80;

  /** The end is due to a policy. */
  private static final int POLICY_VIOLATION = 1008;

  private static final byte[] WHY = "token expired".getBytes(StandardCharsets.US_ASCII);

  private CloseFrame() {}

  /** As a server sends it. */
  static ByteBuf plain(ByteBufAllocator allocator) {
    ByteBuf frame = begin(allocator, 0);
    return frame.writeShort(POLICY_VIOLATION).writeBytes(WHY);
  }

  /** As a client has to send it (section 5.3). */
  static ByteBuf masked(ByteBufAllocator allocator, int key) {
    ByteBuf frame = begin(allocator, MASKED).writeInt(key);
    int start = frame.writerIndex();
    frame.writeShort(POLICY_VIOLATION).writeBytes(WHY);
    for (int i = start; i < frame.writerIndex(); i++) {
      int shift = 24 - 8 * ((i - start) % Integer.BYTES);
      frame.setByte(i, frame.getByte(i) ^ key >>> shift);
    }
    return frame;
  }

  private static ByteBuf begin(ByteBufAllocator allocator, int mask) {
    int payload = Short.BYTES + WHY.length;
    return allocator
        .buffer(2 + Integer.BYTES + payload)
        .writeByte(FINAL_CLOSE)
        .writeByte(mask | payload);
  }
}
