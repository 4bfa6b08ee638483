package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

/**
 * Reads the bytes of a response head before the decoder does, and lets nothing pass that two
 * readers could understand differently (RFC 9112 sections 2.2, 4 and 5): an exact status line of
 * HTTP/1.0 or 1.1, lines that end in CR LF and nothing else, names that are tokens right before
 * their colon, no folded lines, no control characters.
 */
final class HeadGuard implements ByteProcessor {
  /** Most bytes of a response head, status line and ends of lines included. */
  static final int MAX_BYTES = 64 * 1024;

  /** Most field lines of a response head. */
  static final int MAX_FIELDS = 500;

  /** What is known after the bytes so far. */
  enum Verdict {
    INCOMPLETE,
    COMPLETE,
    INVALID
  }

  private enum State {
    VERSION,
    SPACE,
    STATUS,
    AFTER_STATUS,
    REASON,
    LINE_END,
    LINE_START,
    NAME,
    VALUE,
    HEAD_END
  }

  private static final String VERSION = "HTTP/1.";

  private State state = State.VERSION;
  private Verdict verdict = Verdict.INCOMPLETE;
  private int scanned;
  private int at;
  private int fields;

  /** Reads on in what is readable; after a complete head it is ready for the next one. */
  Verdict scan(ByteBuf in) {
    int from = in.readerIndex();
    int stop = in.forEachByte(from + scanned, in.readableBytes() - scanned, this);
    scanned = stop < 0 ? in.readableBytes() : stop - from + 1;
    Verdict now = scanned > MAX_BYTES || fields > MAX_FIELDS ? Verdict.INVALID : verdict;
    if (now == Verdict.COMPLETE) {
      reset();
    }
    return now;
  }

  private void reset() {
    state = State.VERSION;
    verdict = Verdict.INCOMPLETE;
    scanned = 0;
    at = 0;
    fields = 0;
  }

  @Override
  public boolean process(byte octet) {
    return switch (state) {
      case VALUE, REASON -> text(octet);
      case NAME -> octet == ':' ? to(State.VALUE) : check(Octets.isToken(octet));
      case LINE_START -> lineStart(octet);
      case LINE_END -> octet == '\n' ? to(State.LINE_START) : invalid();
      case HEAD_END -> octet == '\n' ? complete() : invalid();
      case VERSION -> version(octet);
      case SPACE -> octet == ' ' ? to(State.STATUS) : invalid();
      case STATUS -> status(octet);
      case AFTER_STATUS ->
          octet == ' ' ? to(State.REASON) : octet == '\r' ? to(State.LINE_END) : invalid();
    };
  }

  private boolean text(byte octet) {
    return octet == '\r' ? to(State.LINE_END) : check(Octets.isText(octet));
  }

  private boolean lineStart(byte octet) {
    if (octet == '\r') {
      return to(State.HEAD_END);
    }
    fields++;
    return Octets.isToken(octet) ? to(State.NAME) : invalid();
  }

  private boolean version(byte octet) {
    if (at < VERSION.length()) {
      return check(octet == VERSION.charAt(at++));
    }
    return (octet == '0' || octet == '1') ? to(State.SPACE) : invalid();
  }

  private boolean status(byte octet) {
    boolean digit = octet >= '0' && octet <= '9';
    if (at == 0) {
      digit = octet >= '1' && octet <= '5';
    }
    return (++at == 3 && digit) ? to(State.AFTER_STATUS) : check(digit);
  }

  private boolean to(State next) {
    state = next;
    at = 0;
    return true;
  }

  private boolean check(boolean good) {
    return good || invalid();
  }

  private boolean invalid() {
    verdict = Verdict.INVALID;
    return false;
  }

  private boolean complete() {
    verdict = Verdict.COMPLETE;
    return false;
  }
}
