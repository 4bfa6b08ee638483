package dev.bearward.server;

import dev.bearward.access.Permit;
import dev.bearward.http.Header;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

/** Which fields of a response are the gateway's own, and which the upstream's. */
final class OurFields {
  private static final AsciiString CORS_PREFIX = AsciiString.cached("access-control-");

  private final AsciiString requestIdField;

  OurFields(AsciiString requestIdField) {
    this.requestIdField = requestIdField;
  }

  /** Name of the field that carries the request id. */
  AsciiString requestId() {
    return requestIdField;
  }

  /** Whether an upstream's field of that name is dropped. */
  boolean has(CharSequence name, Permit permit) {
    return switch (name.length()) {
          case 10 -> HttpHeaderNames.CONNECTION.contentEqualsIgnoreCase(name);
          case 14 -> HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name);
          case 17 -> HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name);
          default -> false;
        }
        || requestIdField.contentEqualsIgnoreCase(name)
        || (permit.ownsCors() && isCors(name));
  }

  private static boolean isCors(CharSequence name) {
    return AsciiString.regionMatches(name, true, 0, CORS_PREFIX, 0, CORS_PREFIX.length());
  }

  /** Whether a field of ours would say nothing new, or does not belong to the status. */
  static boolean isSaid(Header ours, int status, HttpHeaders headers) {
    if (HttpHeaderNames.VARY.contentEqualsIgnoreCase(ours.name())) {
      return varies(headers, ours.value());
    }
    if (HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL.contentEqualsIgnoreCase(ours.name())) {
      return status != 101 || headers.contains(ours.name());
    }
    return HttpHeaderNames.CACHE_CONTROL.contentEqualsIgnoreCase(ours.name())
        && (status / 100 != 2 || isPrivate(headers));
  }

  private static boolean isPrivate(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "private", true)
        || headers.containsValue(HttpHeaderNames.CACHE_CONTROL, "no-store", true);
  }

  /** Whether the upstream already says that the response varies by that, or by everything. */
  private static boolean varies(HttpHeaders headers, String by) {
    return headers.containsValue(HttpHeaderNames.VARY, by, true)
        || headers.containsValue(HttpHeaderNames.VARY, "*", true);
  }
}
