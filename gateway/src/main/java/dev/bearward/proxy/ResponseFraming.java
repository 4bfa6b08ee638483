package dev.bearward.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * Where a response ends (RFC 9112 section 6.3), read strictly: what could end in two places is
 * invalid.
 *
 * @param kind how the end is told
 * @param length declared bytes; -1 when there is no Content-Length
 * @param persistent whether the upstream keeps the connection after it
 */
record ResponseFraming(Kind kind, long length, boolean persistent) {
  /** How the end of a body is told. */
  enum Kind {
    NO_BODY,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    /** No HTTP follows: the upstream switched protocols, as it was asked to. */
    SWITCH,
    INVALID
  }

  private static final int MAX_LENGTH_DIGITS = 18;
  private static final long ABSENT = -1;
  private static final long UNREADABLE = -2;
  private static final ResponseFraming INVALID = new ResponseFraming(Kind.INVALID, ABSENT, false);

  private static final ResponseFraming SWITCH = new ResponseFraming(Kind.SWITCH, ABSENT, false);

  /**
   * Framing of a 101 to a request that asked for one. It has none (RFC 9110 section 8.6); some say
   * a length of zero, which means no harm.
   */
  static ResponseFraming ofSwitch(HttpResponse response) {
    boolean framed =
        response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
            || contentLength(response.headers()) > 0
            || contentLength(response.headers()) == UNREADABLE;
    return framed ? INVALID : SWITCH;
  }

  /** Framing of a response whose fields are still as they came. */
  static ResponseFraming of(HttpResponse response, boolean toHead) {
    int status = response.status().code();
    HttpHeaders headers = response.headers();
    long length = contentLength(headers);
    boolean coded = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    if (status == 101 || length == UNREADABLE || (coded && !chunkedAlone(response, length))) {
      return INVALID;
    }
    boolean persistent = persistent(response);
    if (toHead || status < 200 || status == 204 || status == 304) {
      return new ResponseFraming(Kind.NO_BODY, status == 204 ? 0 : length, persistent);
    }
    if (coded) {
      return new ResponseFraming(Kind.CHUNKED, ABSENT, persistent);
    }
    return length >= 0
        ? new ResponseFraming(Kind.LENGTH, length, persistent)
        : new ResponseFraming(Kind.UNTIL_CLOSE, ABSENT, false);
  }

  /** The declared length; -1 when there is none, less when it cannot be read. */
  static long contentLength(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (value == null) {
      return ABSENT;
    }
    if (value.isEmpty()
        || value.length() > MAX_LENGTH_DIGITS
        || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
      return UNREADABLE;
    }
    long length = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return UNREADABLE;
      }
      length = length * 10 + digit;
    }
    return length;
  }

  private static boolean chunkedAlone(HttpResponse response, long length) {
    List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return length == ABSENT
        && response.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && codings.size() == 1
        && codings.get(0).equalsIgnoreCase("chunked");
  }

  private static boolean persistent(HttpResponse response) {
    HttpHeaders headers = response.headers();
    boolean byDefault = response.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (!headers.contains(HttpHeaderNames.CONNECTION)) {
      return byDefault;
    }
    List<String> lines = headers.getAll(HttpHeaderNames.CONNECTION);
    return !ConnectionOptions.contains(lines, "close")
        && (byDefault || ConnectionOptions.contains(lines, "keep-alive"));
  }
}
