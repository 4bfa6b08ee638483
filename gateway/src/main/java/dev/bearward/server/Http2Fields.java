package dev.bearward.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Set;

/** Regular fields of HTTP/2 messages (RFC 9113 section 8.2). */
final class Http2Fields {
  /** RFC 9113 section 8.2.2. */
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

  private Http2Fields() {}

  /** Whether a field may stand in a message at all. */
  static boolean isSound(CharSequence name, String value) {
    return isName(name)
        && isValue(value)
        && !OF_CONNECTIONS.contains(name.toString())
        && (!HttpHeaderNames.TE.contentEquals(name) || value.equalsIgnoreCase("trailers"));
  }

  private static boolean isName(CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!FieldNames.isToken(c) || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return name.length() > 0;
  }

  /** Whether the value has no control in it and no blank at its edges (RFC 9113 section 8.2.1). */
  static boolean isValue(String value) {
    int last = value.length() - 1;
    if (last >= 0 && (isBlank(value.charAt(0)) || isBlank(value.charAt(last)))) {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** Whether a trailer field of that name would speak of framing. */
  static boolean isFraming(CharSequence name) {
    return HttpHeaderNames.CONTENT_LENGTH.contentEquals(name)
        || HttpHeaderNames.TE.contentEquals(name);
  }
}
