package dev.bearward.server;

import dev.bearward.http.WebSocketHandshake;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pseudo-header fields of a request (RFC 9113 section 8.3.1), beyond doubt: each at most once,
 * all before the regular fields, and those there that the method wants.
 *
 * @param method a token
 * @param path with the query, or null for a CONNECT
 * @param authority as sent, or null
 * @param protocol what an extended CONNECT wants to speak (RFC 8441 section 4), or null
 */
record PseudoFields(
    String method, @Nullable String path, @Nullable String authority, @Nullable String protocol) {

  /** Reads them, or null when the request is malformed. */
  static @Nullable PseudoFields of(Http2Headers headers) {
    Reader reader = new Reader();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      if (!reader.take(field.getKey(), field.getValue())) {
        return null;
      }
    }
    return reader.whole();
  }

  /** Takes the fields of one section in their order. */
  private static final class Reader {
    private @Nullable String method;
    private @Nullable String scheme;
    private @Nullable String path;
    private @Nullable String authority;
    private @Nullable String protocol;
    private boolean regular;

    /** Takes the next field; false when there may be none such, or not here, or not again. */
    boolean take(CharSequence name, CharSequence value) {
      if (name.length() == 0 || name.charAt(0) != ':') {
        regular = true;
        return true;
      }
      return !regular && isVisible(value) && isFirst(name.toString(), value.toString());
    }

    private boolean isFirst(String name, String value) {
      @Nullable String before;
      switch (name) {
        case ":method" -> {
          before = method;
          method = value;
        }
        case ":scheme" -> {
          before = scheme;
          scheme = value;
        }
        case ":path" -> {
          before = path;
          path = value;
        }
        case ":authority" -> {
          before = authority;
          authority = value;
        }
        case ":protocol" -> {
          before = protocol;
          protocol = value;
        }
        default -> before = name;
      }
      return before == null;
    }

    /** All of them, or null when one is missing or there that the method does not go with. */
    @Nullable PseudoFields whole() {
      if (method == null || !FieldNames.isToken(method)) {
        return null;
      }
      boolean connect = method.equals("CONNECT");
      boolean plainConnect = connect && protocol == null;
      boolean fits =
          plainConnect
              ? scheme == null && path == null && authority != null
              : isScheme(scheme) && isPath(path, method) && connect == (protocol != null);
      return fits ? new PseudoFields(method, path, authority, protocol) : null;
    }
  }

  private static boolean isVisible(CharSequence value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ' || value.charAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** RFC 3986 section 3.1; which one it is steers nothing (rule 133). */
  private static boolean isScheme(@Nullable String scheme) {
    return scheme != null
        && !scheme.isEmpty()
        && Character.isLetter(scheme.charAt(0))
        && scheme
            .chars()
            .allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0));
  }

  private static boolean isPath(@Nullable String path, String method) {
    return path != null && (path.startsWith("/") || (path.equals("*") && method.equals("OPTIONS")));
  }

  /** Whether it is an extended CONNECT. */
  boolean extended() {
    return protocol != null;
  }

  /** Whether the protocol it asks for is the only one there is. */
  boolean isWebSocket() {
    return WebSocketHandshake.PROTOCOL.equals(protocol);
  }
}
