package dev.bearward.proxy;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Heads as {@link RequestHeadWriter} makes them, said in HTTP/2 (RFC 9113 section 8.3.1). What goes
 * upstream is decided in one place for both protocols; this only translates the bytes that came of
 * it, and they are sound.
 */
final class Http2Fields {
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString HTTP = AsciiString.cached("http");
  private static final AsciiString HTTPS = AsciiString.cached("https");
  private static final int FIELDS = 32;

  private final byte[] octets;
  private final int end;
  private final Http2Headers fields = new DefaultHttp2Headers(false, FIELDS);
  private int at;

  private Http2Fields(HeadBytes head) {
    this.octets = head.octets();
    this.end = head.length();
  }

  /**
   * A request head.
   *
   * @param tls whether the connection is encrypted; says the scheme
   * @param trailers whether to say that trailers are welcome, which must be said anew on every hop
   */
  static Http2Headers request(HeadBytes head, boolean tls, boolean trailers) {
    var translation = new Http2Fields(head);
    translation.fields.scheme(tls ? HTTPS : HTTP);
    translation.requestLine();
    translation.lines();
    if (trailers) {
      translation.fields.add(TE, TRAILERS);
    }
    return translation.fields;
  }

  /** The trailers behind a last chunk; empty when there are none. */
  static Http2Headers trailers(HeadBytes lastChunk) {
    var translation = new Http2Fields(lastChunk);
    translation.at = translation.find('\n', 0) + 1;
    translation.lines();
    return translation.fields;
  }

  private void requestLine() {
    int method = find(' ', 0);
    int target = find(' ', method + 1);
    fields.method(text(0, method));
    fields.path(text(method + 1, target));
    at = find('\n', target) + 1;
  }

  /** The field lines, up to the empty one. */
  private void lines() {
    while (at < end && octets[at] != '\r') {
      int colon = find(':', at);
      int stop = find('\r', colon);
      field(text(at, colon).toLowerCase(), text(colon + 2, stop));
      at = stop + 2;
    }
  }

  private void field(AsciiString name, AsciiString value) {
    if (HOST.contentEquals(name)) {
      fields.authority(value);
    } else if (!TRANSFER_ENCODING.contentEquals(name)) {
      fields.add(name, value);
    }
  }

  private int find(char octet, int from) {
    int found = from;
    while (found < end && octets[found] != octet) {
      found++;
    }
    return found;
  }

  private AsciiString text(int from, int to) {
    return new AsciiString(octets, from, to - from, true);
  }
}
