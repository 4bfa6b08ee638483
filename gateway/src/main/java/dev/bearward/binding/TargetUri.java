package dev.bearward.binding;

import dev.bearward.http.AsciiSet;
import dev.bearward.http.Authority;
import dev.bearward.http.PublicUrl;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request as {@code htu} names it, in one spelling: without query and fragment, by
 * syntax- and scheme-based normalisation (RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3).
 */
final class TargetUri {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final AsciiSet DECODED = new AsciiSet(UNRESERVED);
  private static final AsciiSet PLAIN = new AsciiSet(UNRESERVED + "!$&'()*+,;=:@/");

  /** Browsers leave them as they are, though RFC 3986 has no place for them in a path. */
  private static final AsciiSet ENCODED = new AsciiSet("[]^|");

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private TargetUri() {}

  /** The one spelling of an http or https URI, or null for anything else. */
  static @Nullable String normalised(String uri) {
    boolean https = uri.regionMatches(true, 0, "https://", 0, 8);
    if (!https && !uri.regionMatches(true, 0, "http://", 0, 7)) {
      return null;
    }
    int start = https ? 8 : 7;
    int end = firstOf(uri, start, "?#");
    int pathStart = Math.min(end, firstOf(uri, start, "/"));
    String authority = uri.substring(start, pathStart);
    String portless =
        authority.endsWith(":") ? authority.substring(0, authority.length() - 1) : authority;
    String path = path(uri.substring(pathStart, end));
    return path != null && Authority.parse(portless) instanceof Authority.Valid(var valid)
        ? new PublicUrl(https, valid, "") + path
        : null;
  }

  private static int firstOf(String text, int from, String characters) {
    int at = from;
    while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private static @Nullable String path(String raw) {
    var out = new StringBuilder(raw.length() + 8);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 3 > raw.length()
            || !HexFormat.isHexDigit(raw.charAt(i + 1))
            || !HexFormat.isHexDigit(raw.charAt(i + 2))) {
          return null;
        }
        append(out, HexFormat.fromHexDigits(raw, i + 1, i + 3), DECODED);
        i += 2;
      } else if (PLAIN.has(c) || ENCODED.has(c)) {
        append(out, c, PLAIN);
      } else {
        return null;
      }
    }
    return out.indexOf("/.") < 0
        ? out.isEmpty() ? "/" : out.toString()
        : withoutDotSegments(out.toString());
  }

  private static void append(StringBuilder out, int octet, AsciiSet plain) {
    if (plain.has(octet)) {
      out.append((char) octet);
    } else {
      out.append('%').append(HEX.toHexDigits((byte) octet));
    }
  }

  /** RFC 3986 section 5.2.4, for a path that begins with a slash. */
  private static String withoutDotSegments(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean up = segments[i].equals("..");
      boolean dot = up || segments[i].equals(".");
      if (up && !kept.isEmpty()) {
        kept.removeLast();
      }
      if (!dot) {
        kept.add(segments[i]);
      } else if (i == segments.length - 1) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
