package dev.bearward.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A small WebSocket server (RFC 6455): sends every message back, frame by frame. */
public final class EchoUpstream {
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private EchoUpstream() {}

  /** Agrees to every handshake; {@code fields} are further lines of the 101. */
  public static RawUpstream start(String... fields) {
    return RawUpstream.start(script(fields));
  }

  /** What it does on one connection. */
  public static RawUpstream.Script script(String... fields) {
    return wire -> {
      String head = wire.readHead();
      if (head != null) {
        wire.send(agreement(head, fields));
        echo(wire);
      }
    };
  }

  /** The 101 to a handshake. */
  public static String agreement(String head, String... fields) {
    var lines = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    lines.append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    lines.append("Sec-WebSocket-Accept: ").append(accept(field(head, "sec-websocket-key")));
    for (String field : fields) {
      lines.append("\r\n").append(field);
    }
    return lines.append("\r\n\r\n").toString();
  }

  /** What a key is answered with (section 4.2.2). */
  public static String accept(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String field(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    throw new AssertionError("no " + name + " in " + head);
  }

  private static void echo(Conversation wire) throws IOException {
    for (Frame frame = read(wire); frame != null; frame = read(wire)) {
      boolean ping = (frame.first & 0x0f) == PING;
      wire.send(unmasked(ping ? (frame.first & 0xf0) | PONG : frame.first, frame.payload));
      if ((frame.first & 0x0f) == CLOSE) {
        return;
      }
    }
  }

  private record Frame(int first, String payload) {}

  private static @Nullable Frame read(Conversation wire) throws IOException {
    String start = wire.readUpTo(2);
    if (start.length() < 2) {
      return null;
    }
    int length = start.charAt(1) & 0x7f;
    if (length > 125) {
      String longer = wire.readText(length == 126 ? 2 : 8);
      length = longer.chars().reduce(0, (sum, octet) -> sum << 8 | octet);
    }
    String mask = wire.readText(4);
    var payload = new StringBuilder(length);
    String masked = wire.readText(length);
    for (int i = 0; i < length; i++) {
      payload.append((char) (masked.charAt(i) ^ mask.charAt(i % 4)));
    }
    return new Frame(start.charAt(0), payload.toString());
  }

  private static byte[] unmasked(int first, String payload) {
    var frame = new StringBuilder().append((char) first);
    int length = payload.length();
    if (length < 126) {
      frame.append((char) length);
    } else if (length < 1 << 16) {
      frame.append((char) 126).append((char) (length >> 8)).append((char) (length & 0xff));
    } else {
      frame.append((char) 127).append("\0\0\0\0");
      for (int shift = 24; shift >= 0; shift -= 8) {
        frame.append((char) (length >> shift & 0xff));
      }
    }
    return frame.append(payload).toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
