package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * The head of a response so plain that its bytes can be passed on as they came: HTTP/1.1, a final
 * status that has a body, exactly one valid Content-Length, a Connection field that says keep-alive
 * or none, no other hop-by-hop field, and every line in the very form that we would write. What is
 * not beyond doubt is not plain and goes the long way, so this can only ever be too picky
 * (docs/decisions/0003).
 *
 * <p>One per connection, overwritten by the next head: it is good for as long as the call lasts
 * that it was handed to.
 */
public final class PlainHead {
  /** Most bytes of a plain head. */
  static final int MAX_BYTES = 4 * 1024;

  /** Most field lines of a plain head. */
  static final int MAX_FIELDS = 64;

  private static final byte[] VERSION = HeadBytes.literal("HTTP/1.1 ");
  private static final int DIGITS_END = VERSION.length + 3;
  private static final int MAX_LENGTH_DIGITS = 9;
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString CONNECTION = AsciiString.cached("connection");
  private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

  private final byte[] octets = new byte[MAX_BYTES];
  private final short[] nameStart = new short[MAX_FIELDS];
  private final short[] nameEnd = new short[MAX_FIELDS];
  private final short[] lineEnd = new short[MAX_FIELDS];
  private int size;
  private int statusEnd;
  private int status;
  private int fields;
  private int contentLength;
  private int length;

  PlainHead() {}

  /** Reads what lies in a buffer, which is left as it was; says whether a whole plain head does. */
  boolean read(ByteBuf in) {
    size = Math.min(in.readableBytes(), MAX_BYTES);
    in.getBytes(in.readerIndex(), octets, 0, size);
    fields = 0;
    contentLength = -1;
    int at = statusLine();
    while (at > 0 && at + 1 < size) {
      if (octets[at] == '\r') {
        length = at + 2;
        return octets[at + 1] == '\n' && contentLength >= 0;
      }
      at = field(at);
    }
    return false;
  }

  /** Where the line after the status line begins, or -1. */
  private int statusLine() {
    if (size <= DIGITS_END || !startsWithVersion()) {
      return -1;
    }
    status = 0;
    for (int i = VERSION.length; i < DIGITS_END; i++) {
      int digit = octets[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = status * 10 + digit;
    }
    if (status < 200 || status > 599 || status == 204 || status == 304) {
      return -1;
    }
    statusEnd = octets[DIGITS_END] == ' ' ? lineEnd(DIGITS_END + 1) : -1;
    return statusEnd;
  }

  private boolean startsWithVersion() {
    for (int i = 0; i < VERSION.length; i++) {
      if (octets[i] != VERSION[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the line after this field begins, or -1 when it is not plain. */
  private int field(int start) {
    int at = start;
    while (at < size && Octets.isToken(octets[at])) {
      at++;
    }
    if (at == start || at + 1 >= size || octets[at] != ':' || octets[at + 1] != ' ') {
      return -1;
    }
    int end = lineEnd(at + 2);
    if (end < 0) {
      return -1;
    }
    if (ResponseFields.isKept(octets, start, at)) {
      return keep(start, at, end);
    }
    return drop(start, at, end) ? end : -1;
  }

  /** Where the next line begins after text without spaces around it, or -1. */
  private int lineEnd(int start) {
    int at = start;
    while (at < size && octets[at] >= ' ' && octets[at] != 0x7f) {
      at++;
    }
    boolean plain =
        at > start
            && at + 1 < size
            && octets[at] == '\r'
            && octets[at + 1] == '\n'
            && octets[start] != ' '
            && octets[at - 1] != ' ';
    return plain ? at + 2 : -1;
  }

  private int keep(int start, int nameStop, int end) {
    if (fields == MAX_FIELDS) {
      return -1;
    }
    nameStart[fields] = (short) start;
    nameEnd[fields] = (short) nameStop;
    lineEnd[fields] = (short) end;
    fields++;
    return end;
  }

  /** Whether the head stays plain without a field that concerns this connection only. */
  private boolean drop(int start, int nameStop, int end) {
    AsciiString name = text(start, nameStop);
    if (CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      return contentLength < 0 && contentLength(nameStop + 2, end - 2);
    }
    return KEEP_ALIVE.contentEqualsIgnoreCase(name)
        || (CONNECTION.contentEqualsIgnoreCase(name)
            && KEEP_ALIVE.contentEqualsIgnoreCase(text(nameStop + 2, end - 2)));
  }

  private boolean contentLength(int start, int end) {
    if (end - start > MAX_LENGTH_DIGITS) {
      return false;
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = octets[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    contentLength = value;
    return true;
  }

  private AsciiString text(int start, int end) {
    return new AsciiString(octets, start, end - start, false);
  }

  /** Bytes of the head, the empty line included. */
  int length() {
    return length;
  }

  /** Status code: final, and one whose responses have a body. */
  public int status() {
    return status;
  }

  /** Bytes of the body, exact. */
  public int contentLength() {
    return contentLength;
  }

  /** Number of fields to pass on; those about framing and connection are none of them. */
  public int fields() {
    return fields;
  }

  /** Name of a field; a view. */
  public AsciiString name(int field) {
    return text(nameStart[field], nameEnd[field]);
  }

  /** The bytes that {@link #lineStart} and the others count in; not to be written to. */
  public byte[] octets() {
    return octets;
  }

  /** Where the first field line begins: before it lies the status line. */
  public int statusLineEnd() {
    return statusEnd;
  }

  /** Where a field's line begins. */
  public int lineStart(int field) {
    return nameStart[field];
  }

  /** Where a field's line ends, CR LF included. */
  public int lineEndOf(int field) {
    return lineEnd[field];
  }

  /** The reason phrase. */
  public String phrase() {
    return string(DIGITS_END + 1, statusEnd - 2);
  }

  /** The fields to pass on, copied. */
  public HttpHeaders headers() {
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    for (int i = 0; i < fields; i++) {
      headers.add(string(nameStart[i], nameEnd[i]), string(nameEnd[i] + 2, lineEnd[i] - 2));
    }
    return headers;
  }

  private String string(int start, int end) {
    return new String(octets, start, end - start, StandardCharsets.US_ASCII);
  }
}
