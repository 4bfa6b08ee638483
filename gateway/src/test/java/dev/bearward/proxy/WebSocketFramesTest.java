package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Frames are followed by their headers alone (RFC 6455 section 5.2). */
class WebSocketFramesTest {
  private static final int TEXT = 0x01;
  private static final int CONTINUED = 0x80;
  private static final int PING = 0x89;
  private static final int CLOSE = 0x88;

  private static byte[] frame(int first, int length, boolean masked) {
    var out = new ByteArrayOutputStream();
    int mask = masked ? 0x80 : 0;
    out.write(first);
    if (length < 126) {
      out.write(mask | length);
    } else if (length < 1 << 16) {
      out.write(mask | 126);
      out.write(length >> 8);
      out.write(length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) length >> shift));
      }
    }
    byte[] payload = new byte[length + (masked ? 4 : 0)];
    new Random(length).nextBytes(payload);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  @Test
  void follow_piecesOfAnySize_findsTheEndOfEachFrame() {
    var all = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    for (boolean masked : new boolean[] {false, true}) {
      for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 0}) {
        all.writeBytes(frame(TEXT, length, masked));
        ends.add(all.size());
        all.writeBytes(frame(PING, 3, masked)); // Between two fragments.
        ends.add(all.size());
        all.writeBytes(frame(CONTINUED, 2, masked));
        ends.add(all.size());
      }
    }
    byte[] octets = all.toByteArray();
    for (int size : new int[] {1, 2, 3, 7, 1000, octets.length}) {
      assertThat(ends(new WebSocketFrames(), octets, size))
          .as("pieces of %d", size)
          .isEqualTo(ends);
    }
  }

  private static List<Integer> ends(WebSocketFrames frames, byte[] octets, int size) {
    List<Integer> ends = new ArrayList<>();
    for (int start = 0; start < octets.length; start += size) {
      ByteBuf piece = Unpooled.wrappedBuffer(octets, start, Math.min(size, octets.length - start));
      while (piece.isReadable()) {
        piece.skipBytes(frames.follow(piece, true));
        if (frames.atBoundary()) {
          ends.add(start + piece.readerIndex());
        }
      }
    }
    return ends;
  }

  @Test
  void follow_lengthOf63Bits_isNeverAtItsEnd() {
    var frames = new WebSocketFrames();
    byte[] header = {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1};
    assertThat(frames.follow(Unpooled.wrappedBuffer(header), true)).isEqualTo(10);
    assertThat(frames.follow(Unpooled.wrappedBuffer(new byte[1000]), true)).isEqualTo(1000);
    assertThat(frames.atBoundary()).isFalse();
  }

  @Test
  @DisplayName("rule 159: a length whose reserved bit is set is no short one, whatever follows it")
  void follow_reservedBit_isNeverAtItsEnd() {
    var frames = new WebSocketFrames();
    byte[] header = {(byte) 0x82, 127, (byte) 0x80, 0, 0, 0, 0, 0, 0, 1};
    assertThat(frames.follow(Unpooled.wrappedBuffer(header), true)).isEqualTo(10);
    assertThat(frames.follow(Unpooled.wrappedBuffer(new byte[1000]), true)).isEqualTo(1000);
    assertThat(frames.atBoundary()).isFalse();
  }

  @Test
  void closed_onlyOnceTheWholeFrameHasPassed() {
    var frames = new WebSocketFrames();
    byte[] close = frame(CLOSE, 2, true);
    frames.follow(Unpooled.wrappedBuffer(frame(TEXT | 0x80, 8, true)), false);
    frames.follow(Unpooled.wrappedBuffer(close, 0, 7), false);
    assertThat(frames.closed()).isFalse();
    frames.follow(Unpooled.wrappedBuffer(close, 7, 1), false);
    assertThat(frames.closed()).isTrue();
  }
}
