package dev.bearward.server;

import dev.bearward.http.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What a refusal is for a gRPC client: a status code of its own, and a message (rule 148). */
final class GrpcStatus {
  private static final int DEADLINE_EXCEEDED = 4;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final int INVALID_ARGUMENT = 3;

  private GrpcStatus() {}

  /** Whether a request is gRPC's. */
  static boolean isGrpc(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    return type != null && isGrpc(type);
  }

  private static boolean isGrpc(String type) {
    String name = "application/grpc";
    return type.regionMatches(true, 0, name, 0, name.length())
        && (type.length() == name.length() || "+;".indexOf(type.charAt(name.length())) >= 0);
  }

  /** The code of a refusal. */
  static int of(Reason reason) {
    return switch (reason.status()) {
      case 400 -> reason.oauthError() == null ? INVALID_ARGUMENT : UNAUTHENTICATED;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404, 405, 421 -> UNIMPLEMENTED;
      case 408, 504 -> DEADLINE_EXCEEDED;
      case 413, 414, 429, 431 -> RESOURCE_EXHAUSTED;
      case 502, 503 -> UNAVAILABLE;
      default -> INTERNAL;
    };
  }

  /** Percent-encoded as grpc-message wants it: all but printable ASCII, and the percent sign. */
  static String message(String text) {
    var out = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet >= ' ' && octet <= '~' && octet != '%') {
        out.append((char) octet);
      } else {
        out.append('%').append(String.format("%02X", octet));
      }
    }
    return out.toString();
  }
}
