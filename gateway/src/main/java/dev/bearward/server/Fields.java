package dev.bearward.server;

import dev.bearward.http.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the framing guard needs of a header section, gathered in one pass: the second look at a head
 * that Netty's decoder already found well-formed. It can only refuse (rules 89, 93, 99 to 102, 111,
 * 127).
 */
final class Fields {
  private static final int MAX_LENGTH_DIGITS = 18;
  // A body of 8 bytes that no header declares, in a WebSocket draft of 2010 that Netty still reads.
  private static final AsciiString OLD_WEBSOCKET_KEY1 = AsciiString.cached("Sec-WebSocket-Key1");
  private static final AsciiString OLD_WEBSOCKET_KEY2 = AsciiString.cached("Sec-WebSocket-Key2");

  private final AsciiString requestIdField;

  private Predicate<CharSequence> gatewayOnly = _ -> true;
  private @Nullable String host;
  private @Nullable String requestId;
  private long contentLength;
  private boolean chunked;
  private boolean close;
  private boolean keepAlive;
  private boolean expectsContinue;
  private boolean upgrade;

  Fields(AsciiString requestIdField) {
    this.requestIdField = requestIdField;
  }

  /**
   * Reads the section in place of the one before; a reason when it is refused.
   *
   * @param gatewayOnly request fields that Connection must not name
   */
  @Nullable Reason read(HttpHeaders headers, Predicate<CharSequence> gatewayOnly) {
    this.gatewayOnly = gatewayOnly;
    host = null;
    requestId = null;
    contentLength = -1;
    chunked = false;
    close = false;
    keepAlive = false;
    expectsContinue = false;
    upgrade = false;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      Reason fault = read(field.getKey(), field.getValue().toString(), headers);
      if (fault != null) {
        return fault;
      }
    }
    return chunked && contentLength >= 0 ? Reason.BAD_REQUEST : null;
  }

  private @Nullable Reason read(CharSequence name, String value, HttpHeaders headers) {
    if (!FieldNames.isSound(name)) {
      return Reason.BAD_REQUEST;
    }
    int length = name.length();
    if (length == requestIdField.length() && requestIdField.contentEqualsIgnoreCase(name)) {
      // Two ids are none, nor is a long one; an empty one is refused later and a new one made.
      requestId = requestId == null && value.length() <= RequestIds.MAX_LENGTH ? value : "";
      return null;
    }
    return switch (length) {
      case 4 -> is(HttpHeaderNames.HOST, name) ? host(value) : null;
      case 6 -> is(HttpHeaderNames.EXPECT, name) ? expect(value) : null;
      case 7 -> {
        upgrade |= is(HttpHeaderNames.UPGRADE, name);
        yield null;
      }
      case 10 -> is(HttpHeaderNames.CONNECTION, name) ? connection(value) : null;
      case 14 -> is(HttpHeaderNames.CONTENT_LENGTH, name) ? contentLength(value) : null;
      case 17 -> is(HttpHeaderNames.TRANSFER_ENCODING, name) ? transferEncoding(headers) : null;
      case 18 -> isOldWebSocketKey(name) ? Reason.BAD_REQUEST : null;
      default -> null;
    };
  }

  private static boolean is(AsciiString wanted, CharSequence name) {
    return wanted.contentEqualsIgnoreCase(name);
  }

  private static boolean isOldWebSocketKey(CharSequence name) {
    return is(OLD_WEBSOCKET_KEY1, name) || is(OLD_WEBSOCKET_KEY2, name);
  }

  private @Nullable Reason host(String value) {
    if (host != null) {
      return Reason.BAD_REQUEST;
    }
    host = value;
    return null;
  }

  private @Nullable Reason expect(String value) {
    if (expectsContinue || !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(value)) {
      return Reason.EXPECTATION_FAILED;
    }
    expectsContinue = true;
    return null;
  }

  private @Nullable Reason contentLength(String value) {
    int digits = value.length();
    if (contentLength >= 0 || digits == 0 || digits > MAX_LENGTH_DIGITS) {
      return Reason.BAD_REQUEST;
    }
    long length = 0;
    for (int i = 0; i < digits; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Reason.BAD_REQUEST;
      }
      length = length * 10 + digit;
    }
    contentLength = length;
    return null;
  }

  private @Nullable Reason transferEncoding(HttpHeaders headers) {
    List<String> values = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!TransferCodings.justChunked(values)) {
      return TransferCodings.unknown(values)
          ? Reason.UNSUPPORTED_TRANSFER_CODING
          : Reason.BAD_REQUEST;
    }
    chunked = true;
    return null;
  }

  private @Nullable Reason connection(String value) {
    int start = 0;
    while (start <= value.length()) {
      int comma = value.indexOf(',', start);
      int end = comma < 0 ? value.length() : comma;
      String option = value.substring(start, end).strip();
      if (!option.isEmpty() && !connectionOption(option)) {
        return Reason.BAD_REQUEST;
      }
      start = end + 1;
    }
    return null;
  }

  private boolean connectionOption(String option) {
    if (HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(option)) {
      keepAlive = true;
    } else if (HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(option)) {
      close = true;
    } else {
      return FieldNames.isToken(option)
          && !EndToEnd.named(option)
          && !requestIdField.contentEqualsIgnoreCase(option)
          && !gatewayOnly.test(option);
    }
    return true;
  }

  /** Name of the field that carries the request id. */
  AsciiString requestIdField() {
    return requestIdField;
  }

  /** Host as sent, or null. */
  @Nullable String host() {
    return host;
  }

  /** The client's request id, or null. */
  @Nullable String requestId() {
    return requestId;
  }

  /** Content-Length, or -1. */
  long contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  /** Whether the client wants the connection kept, by the rules of its version. */
  boolean persistent(boolean http10) {
    return !close && (!http10 || keepAlive);
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  /** Whether the client would rather speak another protocol. */
  boolean upgrade() {
    return upgrade;
  }
}
