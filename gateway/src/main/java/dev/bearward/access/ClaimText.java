package dev.bearward.access;

import dev.bearward.token.ClaimValue;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Claims as header values, so that no two claims look alike: non-ASCII, controls, {@code %}, spaces
 * at the edges and commas within an item of a list are percent-encoded UTF-8. What holds CR, LF,
 * NUL or half a surrogate pair cannot be written at all (rule 124).
 */
final class ClaimText {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private ClaimText() {}

  /** A scalar or, as JSON, an object or array; null when it cannot be written. */
  static @Nullable String scalar(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Text(String text) -> encoded(text, false);
      case ClaimValue.Numeric(var number) -> number.toString();
      case ClaimValue.Bool(boolean bool) -> Boolean.toString(bool);
      case ClaimValue.Null _ -> "";
      case ClaimValue.Array _, ClaimValue.Members _ -> json(value);
    };
  }

  /** One item of a list; null when it cannot be written. */
  static @Nullable String item(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Text(String text) -> encoded(text, true);
      case ClaimValue.Array _, ClaimValue.Members _ -> {
        String json = json(value);
        yield json == null ? null : encoded(json, true);
      }
      case ClaimValue.Numeric _, ClaimValue.Bool _, ClaimValue.Null _ -> scalar(value);
    };
  }

  /** JSON in ASCII only, which needs no percent-encoding; null when it cannot be written. */
  static @Nullable String json(ClaimValue value) {
    var out = new StringBuilder();
    return appendJson(value, out) ? out.toString() : null;
  }

  private static @Nullable String encoded(String text, boolean item) {
    return plain(text, item) ? text : percentEncoded(text, item);
  }

  private static boolean plain(String text, boolean item) {
    int last = text.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      boolean edge = i == 0 || i == last;
      if (c < ' ' || c > '~' || c == '%' || (c == ' ' && edge) || (c == ',' && item)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String percentEncoded(String text, boolean item) {
    if (!writable(text)) {
      return null;
    }
    ByteBuffer octets = utf8(text);
    if (octets == null) {
      return null;
    }
    var out = new StringBuilder(octets.remaining() * 3);
    int last = octets.limit() - 1;
    for (int i = 0; i <= last; i++) {
      byte octet = octets.get(i);
      boolean edge = i == 0 || i == last;
      boolean plain =
          octet >= ' '
              && octet <= '~'
              && octet != '%'
              && !(octet == ' ' && edge)
              && !(octet == ',' && item);
      if (plain) {
        out.append((char) octet);
      } else {
        out.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return out.toString();
  }

  private static boolean writable(String text) {
    return text.indexOf('\r') < 0 && text.indexOf('\n') < 0 && text.indexOf('\0') < 0;
  }

  private static @Nullable ByteBuffer utf8(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean appendJson(ClaimValue value, StringBuilder out) {
    return switch (value) {
      case ClaimValue.Text(String text) -> appendString(text, out);
      case ClaimValue.Numeric(var number) -> append(number.toString(), out);
      case ClaimValue.Bool(boolean bool) -> append(Boolean.toString(bool), out);
      case ClaimValue.Null _ -> append("null", out);
      case ClaimValue.Array(var items) -> {
        String separator = "[";
        boolean whole = true;
        for (ClaimValue item : items) {
          out.append(separator);
          whole &= appendJson(item, out);
          separator = ",";
        }
        yield append(items.isEmpty() ? "[]" : "]", out) && whole;
      }
      case ClaimValue.Members(var members) -> appendMembers(members, out);
    };
  }

  private static boolean appendMembers(Map<String, ClaimValue> members, StringBuilder out) {
    String separator = "{";
    boolean whole = true;
    for (Map.Entry<String, ClaimValue> member : new TreeMap<>(members).entrySet()) {
      out.append(separator);
      whole &= appendString(member.getKey(), out);
      out.append(':');
      whole &= appendJson(member.getValue(), out);
      separator = ",";
    }
    return append(members.isEmpty() ? "{}" : "}", out) && whole;
  }

  private static boolean append(String text, StringBuilder out) {
    out.append(text);
    return true;
  }

  private static boolean appendString(String text, StringBuilder out) {
    if (!writable(text) || utf8(text) == null) {
      return false;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
    return true;
  }
}
