package dev.bearward.observe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one access-log line while it is written; reused, used by one thread. Only printable
 * ASCII ever gets in, so that no value can forge a line or steer a terminal.
 */
final class Line {
  /** Characters of one value; a longer one is cut and ends in three dots. */
  static final int MAX_VALUE = 1024;

  private static final int FIRST_SIZE = 1024;
  private static final int KEPT_SIZE = 16 * 1024;

  /** Stands for half of a surrogate pair, which no JSON text may hold (RFC 8259 section 8.2). */
  private static final char LONE = '\ufffd';

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DOTS = "...".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;

  /** Begins anew. */
  void clear() {
    length = 0;
    if (bytes.length > KEPT_SIZE) {
      bytes = new byte[FIRST_SIZE];
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void raw(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  void raw(byte[] ascii) {
    room(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  /** A value from anywhere, without quotes around it: tokens out, escaped as in JSON, cut. */
  void escaped(String value) {
    String clean = Redaction.ofValue(value);
    int end = Math.min(clean.length(), MAX_VALUE);
    room(6 * end + DOTS.length);
    for (int i = plain(clean, end); i < end; i++) {
      char c = clean.charAt(i);
      escaped(Character.isSurrogate(c) && !paired(clean, i, end) ? LONE : c);
    }
    if (end < clean.length()) {
      raw(DOTS);
    }
  }

  /** Writes what comes first and needs no escape, which is all of most values; says how much. */
  private int plain(String text, int end) {
    int i = 0;
    while (i < end && isPlain(text.charAt(i))) {
      bytes[length + i] = (byte) text.charAt(i);
      i++;
    }
    length += i;
    return i;
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  }

  /** The same, in quotes. */
  void quoted(String value) {
    raw('"');
    escaped(value);
    raw('"');
  }

  private static boolean paired(String text, int at, int end) {
    return Character.isHighSurrogate(text.charAt(at))
        ? at + 1 < end && Character.isLowSurrogate(text.charAt(at + 1))
        : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
  }

  private void escaped(char c) {
    if (c == '"' || c == '\\') {
      bytes[length++] = '\\';
      bytes[length++] = (byte) c;
    } else if (isPlain(c)) {
      bytes[length++] = (byte) c;
    } else {
      bytes[length++] = '\\';
      bytes[length++] = 'u';
      for (int shift = 12; shift >= 0; shift -= 4) {
        bytes[length++] = HEX[c >> shift & 0xf];
      }
    }
  }

  /** A whole number in decimal. */
  void number(long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      raw(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    room(10);
    int rest = (int) value;
    int digits = 1;
    for (int power = 10; digits < 10 && rest >= power; power *= 10) {
      digits++;
    }
    for (int at = length + digits - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Nanoseconds as milliseconds with three decimals. */
  void millis(long nanos) {
    long micros = Math.max(0, nanos) / 1_000;
    number(micros / 1_000);
    raw('.');
    thousandths((int) (micros % 1_000));
  }

  /** The three digits of a number below 1,000, zeros first. */
  void thousandths(int value) {
    room(3);
    bytes[length++] = (byte) ('0' + value / 100);
    bytes[length++] = (byte) ('0' + value / 10 % 10);
    bytes[length++] = (byte) ('0' + value % 10);
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }
}
