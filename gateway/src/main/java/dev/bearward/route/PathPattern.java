package dev.bearward.route;

import dev.bearward.http.CanonicalPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path of a route: literal segments, {@code {name}} for one segment that is never empty, and
 * {@code **} at the end for that path, the same with a slash behind it, and all below it. A slash
 * at the end counts: {@code /x} and {@code /x/} are two paths.
 *
 * @param segments in order
 * @param trailingSlash whether the pattern ends in a slash
 * @param text as written in the configuration
 */
public record PathPattern(List<Segment> segments, boolean trailingSlash, String text) {
  private static final Pattern VARIABLE = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_-]*}");

  /** One part of a pattern. */
  public sealed interface Segment {}

  /** A segment of exactly that canonical text. */
  public record Literal(String text) implements Segment {}

  /** Any one segment. */
  public record Name(String name) implements Segment {}

  /** This path and all below it; only at the end. */
  public record Rest() implements Segment {}

  /** What {@link #parse} makes of a text. */
  public sealed interface Parsed {}

  /** The text is a pattern. */
  public record Valid(PathPattern pattern) implements Parsed {}

  /** The text is none; {@code expected} says what would be. */
  public record Invalid(String expected) implements Parsed {}

  public PathPattern {
    segments = List.copyOf(segments);
  }

  /** Reads a pattern as written in the configuration. */
  public static Parsed parse(String text) {
    if (!text.startsWith("/")) {
      return new Invalid("a path that begins with a slash");
    }
    boolean slash = text.endsWith("/");
    String inner = text.substring(1, Math.max(1, text.length() - (slash ? 1 : 0)));
    var segments = new ArrayList<Segment>();
    var names = new HashSet<String>();
    String[] parts = inner.isEmpty() ? new String[0] : inner.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (part.equals("**")) {
        if (slash || i + 1 < parts.length) {
          return new Invalid("** only at the end");
        }
        segments.add(new Rest());
      } else if (VARIABLE.matcher(part).matches()) {
        String name = part.substring(1, part.length() - 1);
        if (!names.add(name)) {
          return new Invalid("each {name} once");
        }
        segments.add(new Name(name));
      } else if (part.indexOf('*') >= 0 || part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
        return new Invalid("** or {name} as a whole segment");
      } else {
        segments.add(new Literal(part));
      }
    }
    return literalsFault(segments, slash, text);
  }

  private static Parsed literalsFault(List<Segment> segments, boolean slash, String text) {
    for (Segment segment : segments) {
      if (segment instanceof Literal(String literal)) {
        switch (CanonicalPath.parse("/" + literal)) {
          case CanonicalPath.Ambiguous(String why) -> {
            return new Invalid("a path without " + why);
          }
          case CanonicalPath.Canonical(CanonicalPath path) -> {
            String canonical = path.value().substring(1);
            if (canonical.isEmpty()) {
              return new Invalid("a path without an empty segment");
            }
            if (!canonical.equals(literal)) {
              return new Invalid(canonical + " in place of " + literal);
            }
          }
        }
      }
    }
    return new Valid(new PathPattern(segments, slash, text));
  }

  @Override
  public String toString() {
    return text;
  }
}
