package dev.bearward.server;

import dev.bearward.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes response heads into one reusable array, so that head and small body leave in one buffer.
 * Whatever text it is given, it never writes a control character, so nothing can end a line early.
 * Belongs to one event loop; one head at a time.
 */
final class HeadEncoder {
  private static final int INITIAL = 2 * 1024;
  private static final int KEPT = 64 * 1024;
  private static final int NUMBER_DIGITS = 20;
  private static final byte[] PROTOCOL = ascii("HTTP/1.1 ");
  private static final byte[] STATUS_200 = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("connection: keep-alive\r\n");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");

  private byte[] octets = new byte[INITIAL];
  private int length;

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins a head: the status line. The phrase may be empty. */
  HeadEncoder begin(int status, String phrase) {
    clear();
    if (status == 200 && phrase.equals("OK")) {
      return raw(STATUS_200);
    }
    raw(PROTOCOL).number(status);
    octet(' ');
    text(phrase);
    return lineEnd();
  }

  /** Forgets what was written. */
  HeadEncoder clear() {
    length = 0;
    if (octets.length > KEPT) {
      octets = new byte[INITIAL];
    }
    return this;
  }

  /** One field line. */
  HeadEncoder field(CharSequence name, CharSequence value) {
    text(name);
    octet(':');
    octet(' ');
    text(value);
    return lineEnd();
  }

  /** Field lines of our own. */
  HeadEncoder fields(List<Header> headers) {
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      field(header.name(), header.value());
    }
    return this;
  }

  /** All field lines of a section. */
  HeadEncoder fields(HttpHeaders headers) {
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      field(field.getKey(), field.getValue());
    }
    return this;
  }

  HeadEncoder contentLength(long bytes) {
    raw(CONTENT_LENGTH).number(bytes);
    return lineEnd();
  }

  HeadEncoder chunked() {
    return raw(CHUNKED);
  }

  /** The Connection field where the client's version needs one. */
  HeadEncoder persistence(boolean kept, boolean http10) {
    if (!kept) {
      return raw(CLOSE);
    }
    return http10 ? raw(KEEP_ALIVE) : this;
  }

  /** Bytes as they are. */
  HeadEncoder raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  /** Some of the bytes as they are; they hold whole lines or parts of one. */
  HeadEncoder raw(byte[] bytes, int from, int size) {
    ensure(size);
    System.arraycopy(bytes, from, octets, length, size);
    length += size;
    return this;
  }

  HeadEncoder lineEnd() {
    ensure(2);
    octets[length++] = '\r';
    octets[length++] = '\n';
    return this;
  }

  /** Text in ISO 8859-1; a character outside it, or a control, becomes a question mark. */
  HeadEncoder text(CharSequence text) {
    int size = text.length();
    ensure(size);
    if (text instanceof AsciiString ascii) {
      byte[] from = ascii.array();
      int offset = ascii.arrayOffset();
      for (int i = 0; i < size; i++) {
        octets[length++] = harmless((char) (from[offset + i] & 0xff));
      }
    } else {
      String string = text.toString();
      for (int i = 0; i < size; i++) {
        octets[length++] = harmless(string.charAt(i));
      }
    }
    return this;
  }

  private static byte harmless(char c) {
    return (c >= ' ' && c != 0x7f && c <= 0xff) || c == '\t' ? (byte) c : (byte) '?';
  }

  /** A number in decimal. */
  HeadEncoder number(long value) {
    ensure(NUMBER_DIGITS);
    int at = length + digits(value);
    length = at;
    long left = value;
    do {
      octets[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    return this;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long left = value; left >= 10; left /= 10) {
      digits++;
    }
    return digits;
  }

  private void octet(char c) {
    ensure(1);
    octets[length++] = (byte) c;
  }

  private void ensure(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
    }
  }

  /** Bytes so far. */
  int length() {
    return length;
  }

  /** Appends all to a buffer. */
  void copyTo(ByteBuf out) {
    out.writeBytes(octets, 0, length);
  }
}
