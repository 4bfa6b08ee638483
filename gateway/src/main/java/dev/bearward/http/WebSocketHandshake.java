package dev.bearward.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the opening handshake of a WebSocket consists of (RFC 6455 section 4.2.1). */
public final class WebSocketHandshake {
  /** Name of the protocol in Upgrade. */
  public static final String PROTOCOL = "websocket";

  /** The one version. */
  public static final String VERSION = "13";

  /** Field that lists sub-protocols. */
  public static final String SUBPROTOCOLS = "sec-websocket-protocol";

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  // 16 bytes in base64; the four spare bits of the last character may be anything.
  private static final int KEY_LENGTH = 24;
  private static final String KEY_END = "==";

  private WebSocketHandshake() {}

  /** Whether a request wants to become a WebSocket: Upgrade lists it, well or not. */
  public static boolean isWanted(HeaderView headers) {
    return lists(headers.all("upgrade"), PROTOCOL);
  }

  /**
   * What keeps a request that wants to become a WebSocket from being a handshake, or null. The
   * version of HTTP and the framing are for others to look at.
   */
  public static @Nullable Reason fault(RequestHead head) {
    HeaderView headers = head.headers();
    List<String> versions = headers.all("sec-websocket-version");
    if (!head.method().equals("GET")
        || !lists(headers.all("connection"), "upgrade")
        || versions.size() != 1) {
      return Reason.BAD_REQUEST;
    }
    if (!versions.getFirst().equals(VERSION)) {
      return Reason.WEBSOCKET_VERSION;
    }
    List<String> keys = headers.all("sec-websocket-key");
    return keys.size() == 1 && isKey(keys.getFirst()) ? null : Reason.BAD_REQUEST;
  }

  private static boolean isKey(String key) {
    return key.length() == KEY_LENGTH
        && key.endsWith(KEY_END)
        && key.chars().limit(KEY_LENGTH - KEY_END.length()).allMatch(WebSocketHandshake::isBase64);
  }

  private static boolean isBase64(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/';
  }

  /** The Sec-WebSocket-Accept that answers the request's key (RFC 6455 section 4.2.2). */
  public static String accept(RequestHead head) {
    try {
      byte[] text =
          (head.headers().first("sec-websocket-key") + GUID).getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1 is part of every Java platform", e);
    }
  }

  /** Whether field lines list a member (RFC 9110 section 5.6.1), in whatever case. */
  public static boolean lists(List<String> lines, String member) {
    for (String line : lines) {
      for (String each : line.split(",", -1)) {
        if (each.strip().equalsIgnoreCase(member)) {
          return true;
        }
      }
    }
    return false;
  }
}
