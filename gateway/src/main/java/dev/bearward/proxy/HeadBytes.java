package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of a head under construction, reused from head to head. What is appended is checked as the
 * bytes that will be sent (rule 182): one bad octet spoils the whole head.
 */
final class HeadBytes {
  private static final int INITIAL = 2048;

  private byte[] bytes = new byte[INITIAL];
  private int length;
  private boolean sound = true;

  /** Begins a new head. */
  void clear() {
    length = 0;
    sound = true;
  }

  /** Whether everything appended since {@link #clear} may be sent. */
  boolean isSound() {
    return sound;
  }

  /** Number of bytes. */
  int length() {
    return length;
  }

  /** Forgets what was appended after the first so many bytes. */
  void cutTo(int newLength) {
    length = newLength;
  }

  /** A name or another constant of our own. */
  static byte[] literal(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Appends a constant. */
  void literal(byte[] octets) {
    reserve(octets.length);
    System.arraycopy(octets, 0, bytes, length, octets.length);
    length += octets.length;
  }

  /** Appends a token: a method or a field name; never empty. */
  void token(String text) {
    int from = append(text);
    boolean good = from < length;
    for (int i = from; i < length; i++) {
      good &= Octets.isToken(bytes[i]);
    }
    sound &= good;
  }

  /** Appends a part of a request target: visible ASCII. */
  void target(String text) {
    int from = append(text);
    boolean good = true;
    for (int i = from; i < length; i++) {
      good &= Octets.isVisible(bytes[i]);
    }
    sound &= good;
  }

  /** Appends a field value or a part of one: no control characters but tab. */
  void text(String text) {
    int from = append(text);
    boolean good = true;
    for (int i = from; i < length; i++) {
      good &= Octets.isText(bytes[i]);
    }
    sound &= good;
  }

  /** Spoils the head when a text has characters beyond ASCII. */
  void requireAscii(String text) {
    boolean good = true;
    for (int i = 0; i < text.length(); i++) {
      good &= text.charAt(i) < 0x80;
    }
    sound &= good;
  }

  /** Appends a number in decimal. */
  void number(long value) {
    text(Long.toString(value));
  }

  /** Appends the low byte of each character; what may hold others is checked before. */
  @SuppressWarnings("deprecation") // the only copy of Latin-1 text that allocates nothing
  private int append(String text) {
    int from = length;
    int size = text.length();
    reserve(size);
    text.getBytes(0, size, bytes, from);
    length = from + size;
    return from;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /** The bytes, of which {@link #length} count; not to be written to. */
  byte[] octets() {
    return bytes;
  }

  /** Copies all bytes to a buffer. */
  void copyTo(ByteBuf buffer) {
    buffer.writeBytes(bytes, 0, length);
  }
}
