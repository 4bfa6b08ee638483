package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The chunked transfer coding (RFC 9112 section 7.1). */
final class Chunks {
  /** Most bytes that delimit one chunk. */
  static final int OVERHEAD = 12;

  private static final ByteBuf CRLF = constant("\r\n");
  private static final ByteBuf LAST = constant("0\r\n\r\n");

  private Chunks() {}

  private static ByteBuf constant(String text) {
    ByteBuf buffer = Unpooled.directBuffer(text.length());
    buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
    return Unpooled.unreleasableBuffer(buffer.asReadOnly());
  }

  /** Copies a part, delimited as one chunk. */
  static void copy(ByteBuf part, ByteBuf to) {
    size(to, part.readableBytes());
    to.writeBytes(part).writeByte('\r').writeByte('\n');
  }

  /** Sends a part as one chunk without copying it. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as the end of the connection
  static void write(Channel to, ByteBuf part) {
    ByteBuf size = to.alloc().ioBuffer(OVERHEAD);
    size(size, part.readableBytes());
    to.write(size);
    to.write(part);
    to.writeAndFlush(CRLF.duplicate());
  }

  /** The last chunk, or the plain one when there are no bytes for it. */
  static ByteBuf last(ByteBufAllocator alloc, @Nullable HeadBytes bytes) {
    if (bytes == null) {
      return LAST.duplicate();
    }
    ByteBuf buffer = alloc.ioBuffer(bytes.length());
    bytes.copyTo(buffer);
    return buffer;
  }

  private static void size(ByteBuf to, int size) {
    String hex = Integer.toHexString(size);
    for (int i = 0; i < hex.length(); i++) {
      to.writeByte(hex.charAt(i));
    }
    to.writeByte('\r').writeByte('\n');
  }
}
