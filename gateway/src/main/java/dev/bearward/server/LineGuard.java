package dev.bearward.server;

import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the very bytes that Netty's decoder took for a head and refuses what cannot be seen in
 * the decoded head any more: lenient separators in the request line, line folding, bare CR and LF
 * (RFC 9112 sections 2.2, 3, 5.2). It can only refuse; it never decides what a head says.
 */
final class LineGuard {
  /** Most bytes of empty lines before a request line: two of them (RFC 9112 section 2.2). */
  static final int MAX_LEADING = 4;

  private static final byte[] PROTOCOL = {'H', 'T', 'T', 'P', '/'};
  private static final int VERSION_LENGTH = 8;

  /** Objects of a decoded head, and of each of its field lines, bytes. */
  private static final int HEAD_COST = 512;

  private static final int FIELD_COST = 160;

  /** A head is decoded once, and its parts are copied once more when it is decided. */
  private static final int COPIES = 2;

  private enum Place {
    EMPTY_LINES,
    REQUEST_LINE,
    FIELDS
  }

  private final int maxFields;
  private Place place = Place.EMPTY_LINES;
  private int leading;
  private int fields;
  private int bytes;
  private int longest;

  LineGuard(int maxFields) {
    this.maxFields = maxFields;
  }

  /** Begins a new head. */
  void reset() {
    place = Place.EMPTY_LINES;
    leading = 0;
    fields = 0;
    bytes = 0;
  }

  /** Whether a byte of the head was seen. */
  boolean begun() {
    return place != Place.EMPTY_LINES || leading > 0;
  }

  /** Memory that the head takes as far as it was seen, in bytes, about and rather too much. */
  int cost() {
    return begun() ? HEAD_COST + COPIES * bytes + FIELD_COST * fields : 0;
  }

  /** Length of the longest line that was ever seen. */
  int longest() {
    return longest;
  }

  /** Looks at bytes {@code from} to {@code to}: empty lines, then whole lines. */
  @Nullable Reason look(ByteBuf in, int from, int to) {
    int at = from;
    bytes += to - from;
    if (place == Place.EMPTY_LINES) {
      at = emptyLines(in, from, to);
      if (at < 0) {
        return Reason.BAD_REQUEST;
      }
    }
    if (place == Place.REQUEST_LINE && at < to) {
      int end = lineEnd(in, at, to);
      Reason fault = end < 0 ? Reason.BAD_REQUEST : requestLine(in, at, end);
      if (fault != null) {
        return fault;
      }
      place = Place.FIELDS;
      longest = Math.max(longest, end - at);
      at = end + 2;
    }
    return place == Place.FIELDS ? fieldLines(in, at, to) : null;
  }

  /** Index of the first byte that belongs to no empty line, or -1 for a fault. */
  private int emptyLines(ByteBuf in, int from, int to) {
    int at = from;
    for (; at < to; at++) {
      byte octet = in.getByte(at);
      boolean second = (leading & 1) == 1;
      if (!second && octet != '\r' && octet != '\n') {
        place = Place.REQUEST_LINE;
        return at;
      }
      if (octet != (second ? '\n' : '\r') || leading == MAX_LEADING) {
        return -1;
      }
      leading++;
    }
    return at;
  }

  private @Nullable Reason fieldLines(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to) {
      int end = lineEnd(in, at, to);
      if (end < 0 || isBlank(in.getByte(at))) {
        return Reason.BAD_REQUEST;
      }
      if (end > at && ++fields > maxFields) {
        return Reason.HEADER_TOO_LARGE;
      }
      longest = Math.max(longest, end - at);
      at = end + 2;
    }
    return null;
  }

  /** Whether a line between {@code from} and {@code to} begins with a blank. */
  static boolean folded(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to) {
      if (isBlank(in.getByte(at))) {
        return true;
      }
      int feed = in.indexOf(at, to, (byte) '\n');
      at = feed < 0 ? to : feed + 1;
    }
    return false;
  }

  /** Index of the CR that ends the line, or -1 when the line does not end in CR LF. */
  private static int lineEnd(ByteBuf in, int from, int to) {
    int feed = in.indexOf(from, to, (byte) '\n');
    return feed > from && in.getByte(feed - 1) == '\r' ? feed - 1 : -1;
  }

  private static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /** Exactly method, space, target, space, version. */
  private static @Nullable Reason requestLine(ByteBuf in, int from, int end) {
    int version = end - VERSION_LENGTH;
    if (version - 1 <= from || in.getByte(version - 1) != ' ') {
      return Reason.BAD_REQUEST;
    }
    int spaces = 0;
    for (int at = from; at < version - 1; at++) {
      int octet = in.getByte(at) & 0xff;
      if (octet == ' ') {
        spaces++;
      } else if (octet < ' ' || octet == 0x7f) {
        return Reason.BAD_REQUEST;
      }
    }
    boolean edges = in.getByte(from) == ' ' || in.getByte(version - 2) == ' ';
    return spaces != 1 || edges ? Reason.BAD_REQUEST : version(in, version);
  }

  private static @Nullable Reason version(ByteBuf in, int at) {
    for (int i = 0; i < PROTOCOL.length; i++) {
      if (in.getByte(at + i) != PROTOCOL[i]) {
        return Reason.BAD_REQUEST;
      }
    }
    byte major = in.getByte(at + 5);
    byte minor = in.getByte(at + 7);
    if (!isDigit(major) || in.getByte(at + 6) != '.' || !isDigit(minor)) {
      return Reason.BAD_REQUEST;
    }
    return major == '1' && (minor == '0' || minor == '1') ? null : Reason.UNSUPPORTED_VERSION;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }
}
