package dev.bearward.proxy;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The response on one HTTP/2 stream, read strictly (RFC 9113 sections 8.1 and 8.3.2, rule 145): the
 * decoder has seen to names, pseudo-header fields and fields of the connection; this sees to
 * status, values, and that the body is as long as its head declares. Event loop only.
 */
final class Http2Response {
  private static final long ANY = -1;

  private final boolean toHead;
  private boolean begun;
  private boolean bodiless;
  private long declared = ANY;
  private long bytes;

  /**
   * @param toHead whether the request was HEAD
   */
  Http2Response(boolean toHead) {
    this.toHead = toHead;
  }

  /** Whether the final head came: what comes in its place then are trailers. */
  boolean begun() {
    return begun;
  }

  /** The status of a head, or -1 when it has none that may be. */
  static int status(Http2Headers fields) {
    CharSequence text = fields.status();
    if (text == null || text.length() != 3) {
      return -1;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = status * 10 + digit;
    }
    return status >= 100 && status < 600 && status != 101 ? status : -1;
  }

  /** The fields of a head or of trailers, or null when some may not be passed on. */
  static @Nullable HttpHeaders fields(Http2Headers from) {
    if (from.size() > HeadGuard.MAX_FIELDS) {
      return null;
    }
    HttpHeaders fields =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    for (Map.Entry<CharSequence, CharSequence> field : from) {
      CharSequence name = field.getKey();
      if (name.charAt(0) == ':') {
        continue;
      }
      if (!isValue(field.getValue())) {
        return null;
      }
      fields.add(name, field.getValue());
    }
    return fields;
  }

  /** No control characters, no space around it (RFC 9113 section 8.2.1). */
  private static boolean isValue(CharSequence value) {
    int length = value.length();
    if (length > 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(length - 1)))) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!Octets.isText(AsciiString.c2b(value.charAt(i)))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /**
   * Takes the final head.
   *
   * @param ends whether the stream ends with it
   * @return false when it contradicts itself
   */
  boolean head(int status, HttpHeaders fields, boolean ends) {
    begun = true;
    declared = ResponseFraming.contentLength(fields);
    bodiless = toHead || status == 204 || status == 304;
    return declared >= ANY && (!ends || ends());
  }

  /** Bytes of the body as {@link ResponseSink#head} wants them. */
  long length(int status, boolean ends) {
    boolean none = status == 204 || (ends && !bodiless);
    return none ? 0 : declared;
  }

  /** Takes so many bytes of the body; false when it is too long. */
  boolean data(int size) {
    bytes += size;
    return bodiless ? bytes == 0 : declared == ANY || bytes <= declared;
  }

  /** Whether the body may end here. */
  boolean ends() {
    return bodiless || declared == ANY || bytes == declared;
  }
}
