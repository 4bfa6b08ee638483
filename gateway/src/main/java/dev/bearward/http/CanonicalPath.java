package dev.bearward.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A path that every reader understands alike: begins with a slash, percent-encoded unreserved
 * characters are decoded (RFC 3986 section 6.2.2), hex digits are upper case, and nothing ambiguous
 * is left in it. Matching, logging and forwarding all use this very string.
 */
public final class CanonicalPath {
  /** What {@link #parse} makes of a raw path. */
  public sealed interface Parsed {}

  /** The path is unambiguous. */
  public record Canonical(CanonicalPath path) implements Parsed {}

  /** The path is refused; {@code why} names the construct, never the path's bytes. */
  public record Ambiguous(String why) implements Parsed {}

  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/";

  private final String value;

  private CanonicalPath(String value) {
    this.value = value;
  }

  /** Reads the path of a request target, without its query. */
  public static Parsed parse(String raw) {
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      return new Ambiguous("a path that does not begin with a slash");
    }
    var out = new StringBuilder(raw.length());
    var decoded = new java.io.ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int octet = octetAt(raw, i + 1);
        if (octet < 0) {
          return new Ambiguous("an invalid percent-encoding");
        }
        if (octet == '/' || octet == '\\' || octet < 0x20 || octet == 0x7f) {
          return new Ambiguous("an encoded slash, backslash or control character");
        }
        appendOctet(out, octet);
        decoded.write(octet);
        i += 2;
      } else if (PLAIN.indexOf(c) < 0) {
        return new Ambiguous("a character that has no place in a path");
      } else {
        out.append(c);
        decoded.write(c);
      }
    }
    return utf8(decoded.toByteArray()) ? segments(out.toString()) : new Ambiguous("invalid UTF-8");
  }

  private static Parsed segments(String path) {
    int start = 1;
    while (start < path.length()) {
      int end = path.indexOf('/', start);
      int stop = end < 0 ? path.length() : end;
      String segment = path.substring(start, stop);
      if (segment.isEmpty()) {
        return new Ambiguous("an empty segment");
      }
      if (segment.equals(".") || segment.equals("..")) {
        return new Ambiguous("a dot segment");
      }
      start = stop + 1;
    }
    return new Canonical(new CanonicalPath(path));
  }

  private static int octetAt(String raw, int at) {
    if (at + 2 > raw.length()
        || !HexFormat.isHexDigit(raw.charAt(at))
        || !HexFormat.isHexDigit(raw.charAt(at + 1))) {
      return -1;
    }
    return HexFormat.fromHexDigits(raw, at, at + 2);
  }

  private static void appendOctet(StringBuilder out, int octet) {
    boolean unreserved =
        octet < 0x80 && (Character.isLetterOrDigit(octet) || "-._~".indexOf(octet) >= 0);
    if (unreserved) {
      out.append((char) octet);
    } else {
      out.append('%').append(HexFormat.of().toHexDigits((byte) octet).toUpperCase(Locale.ROOT));
    }
  }

  private static boolean utf8(byte[] octets) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The canonical form. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CanonicalPath other && value.equals(other.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
