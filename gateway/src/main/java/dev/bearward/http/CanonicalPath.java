package dev.bearward.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path that every reader understands alike: begins with a slash, percent-encoded unreserved
 * characters are decoded (RFC 3986 section 6.2.2), hex digits are upper case, and nothing ambiguous
 * is left in it but what its reader allowed by a {@link PathForm}. Matching, logging and forwarding
 * all use this very string.
 */
public final class CanonicalPath {
  /** What {@link #parse} makes of a raw path. */
  public sealed interface Parsed {}

  /** The path is unambiguous. */
  public record Canonical(CanonicalPath path) implements Parsed {}

  /** The path is refused; {@code why} names the construct, never the path's bytes. */
  public record Ambiguous(String why) implements Parsed {}

  private static final Ambiguous NO_SLASH = new Ambiguous("a first character other than a slash");
  private static final Ambiguous EMPTY_SEGMENT = new Ambiguous("an empty segment");
  private static final Ambiguous DOT_SEGMENT = new Ambiguous("a dot segment");
  private static final Ambiguous BACKSLASH = new Ambiguous("a backslash");
  private static final Ambiguous PARAMETER = new Ambiguous("a path parameter");
  private static final Ambiguous FRAGMENT = new Ambiguous("a fragment");
  private static final Ambiguous STRANGE = new Ambiguous("a character that has no place in a path");
  private static final Ambiguous BAD_PERCENT = new Ambiguous("an invalid percent-encoding");
  private static final Ambiguous ENCODED_DELIMITER =
      new Ambiguous("an encoded slash, backslash or semicolon");
  private static final Ambiguous ENCODED_CONTROL = new Ambiguous("an encoded control character");
  private static final Ambiguous BAD_UTF8 = new Ambiguous("percent-encoding that is not UTF-8");

  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** RFC 3986's pchar as it may stand for itself, less the semicolon. */
  private static final AsciiSet PLAIN = new AsciiSet(UNRESERVED + "!$&'()*+,=:@");

  /** Not allowed by RFC 3986, but sent by browsers all the same: written percent-encoded. */
  private static final AsciiSet ENCODED = new AsciiSet("[]^|");

  private static final AsciiSet DECODED = new AsciiSet(UNRESERVED);
  private static final AsciiSet NEVER_ENCODED = new AsciiSet("/\\;");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final String value;
  private final @Nullable PathReadings readings;

  private CanonicalPath(String value, @Nullable PathReadings readings) {
    this.value = value;
    this.readings = readings;
  }

  /** Reads a path that holds nothing ambiguous at all. */
  public static Parsed parse(String raw) {
    return parse(raw, PathForm.STRICT);
  }

  /**
   * Reads the path of a request target, without its query. A path that is canonical already is
   * scanned once and not copied.
   *
   * @param allowed what it may hold that readers understand differently; never what all those
   *     readers would not understand alike at least as a path: dot segments however they come
   *     about, or two slashes at the beginning, behind which some look for a host
   */
  public static Parsed parse(String raw, PathForm allowed) {
    int length = raw.length();
    if (length == 0 || raw.charAt(0) != '/') {
      return NO_SLASH;
    }
    int start = 1;
    for (int i = 1; i < length; i++) {
      char c = raw.charAt(i);
      if (c == '/') {
        if (i == start && allowed.emptySegments()) {
          return rewritten(raw, allowed);
        }
        Ambiguous fault = i == start ? EMPTY_SEGMENT : dots(raw, start, i);
        if (fault != null) {
          return fault;
        }
        start = i + 1;
      } else if (!PLAIN.has(c)) {
        return rewritten(raw, allowed);
      }
    }
    Ambiguous fault = dots(raw, start, length);
    return fault != null ? fault : new Canonical(new CanonicalPath(raw, null));
  }

  private static @Nullable Ambiguous dots(String path, int start, int end) {
    int length = end - start;
    if (length < 1 || length > 2 || path.charAt(start) != '.' || path.charAt(end - 1) != '.') {
      return null;
    }
    return DOT_SEGMENT;
  }

  /** The way of a path that is not canonical as it stands, or holds percent-encoding. */
  private static Parsed rewritten(String raw, PathForm allowed) {
    var out = new StringBuilder(raw.length() + 16);
    var octets = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int octet = c;
      if (c == '%') {
        octet = octetAt(raw, i + 1);
        i += 2;
      }
      Ambiguous fault = c == '%' ? encodedFault(octet, allowed) : rawFault(c, allowed);
      if (fault != null) {
        return fault;
      }
      boolean plain = c == '%' ? DECODED.has(octet) : !ENCODED.has(c);
      append(out, octet, plain);
      octets.write(octet);
    }
    Ambiguous fault = utf8Fault(octets.toByteArray());
    return fault != null ? fault : segments(out.toString(), allowed);
  }

  private static Parsed segments(String path, PathForm allowed) {
    PathReadings read = PathReadings.of(path);
    if (read == null) {
      Ambiguous fault = segmentFault(path, false);
      return fault != null ? fault : new Canonical(new CanonicalPath(path, null));
    }
    if (!allowed.covers(read.form())) {
      return EMPTY_SEGMENT; // The other two were allowed, or they would have been refused before.
    }
    Ambiguous fault = segmentFault(path, true);
    for (String other : read.others()) {
      fault = fault != null ? fault : segmentFault(other, true);
    }
    return fault != null ? fault : new Canonical(new CanonicalPath(path, read));
  }

  private static @Nullable Ambiguous segmentFault(String path, boolean emptyInside) {
    int start = 1;
    while (start < path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      boolean allowed = emptyInside && start > 1;
      Ambiguous fault = end == start && !allowed ? EMPTY_SEGMENT : dots(path, start, end);
      if (fault != null) {
        return fault;
      }
      start = end + 1;
    }
    return null;
  }

  private static @Nullable Ambiguous rawFault(char c, PathForm allowed) {
    if (c == '/' || PLAIN.has(c) || ENCODED.has(c)) {
      return null;
    }
    return switch (c) {
      case '\\' -> BACKSLASH;
      case ';' -> allowed.pathParameters() ? null : PARAMETER;
      case '#' -> FRAGMENT;
      default -> STRANGE;
    };
  }

  private static @Nullable Ambiguous encodedFault(int octet, PathForm allowed) {
    if (octet < 0) {
      return BAD_PERCENT;
    }
    if (NEVER_ENCODED.has(octet)) {
      return octet == '/' && allowed.encodedSlash() ? null : ENCODED_DELIMITER;
    }
    return octet < 0x20 || octet == 0x7f ? ENCODED_CONTROL : null;
  }

  private static int octetAt(String raw, int at) {
    boolean hex =
        at + 2 <= raw.length()
            && HexFormat.isHexDigit(raw.charAt(at))
            && HexFormat.isHexDigit(raw.charAt(at + 1));
    return hex ? HexFormat.fromHexDigits(raw, at, at + 2) : -1;
  }

  private static void append(StringBuilder out, int octet, boolean plain) {
    if (plain) {
      out.append((char) octet);
    } else {
      out.append('%').append(HEX.toHexDigits((byte) octet));
    }
  }

  /** Java's decoder refuses overlong forms, surrogates and cut sequences (RFC 3629 section 3). */
  private static @Nullable Ambiguous utf8Fault(byte[] octets) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
      return text.chars().anyMatch(Character::isISOControl) ? ENCODED_CONTROL : null;
    } catch (CharacterCodingException e) {
      return BAD_UTF8;
    }
  }

  /** The canonical form. */
  public String value() {
    return value;
  }

  /** Whether all readers understand it alike. */
  public boolean isPlain() {
    return readings == null;
  }

  /** What it holds that readers understand differently. */
  public PathForm form() {
    return readings == null ? PathForm.STRICT : readings.form();
  }

  /** As others would read it who do not take it for what it says; none when nobody could. */
  public List<String> otherReadings() {
    return readings == null ? List.of() : readings.others();
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
