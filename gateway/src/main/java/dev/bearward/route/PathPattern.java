package dev.bearward.route;

import dev.bearward.http.CanonicalPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    int end = text.length() - (slash ? 1 : 0);
    List<Segment> segments = end == 0 ? List.of() : segments(text.substring(1, end));
    int rest = segments.indexOf(new Rest());
    if (rest >= 0 && (slash || rest < segments.size() - 1)) {
      return new Invalid("** only at the end");
    }
    var names = new HashSet<Name>();
    for (Segment segment : segments) {
      Invalid fault =
          switch (segment) {
            case Literal(String literal) -> literalFault(literal);
            case Name name -> names.add(name) ? null : new Invalid("each {name} once");
            case Rest _ -> null;
          };
      if (fault != null) {
        return fault;
      }
    }
    return new Valid(new PathPattern(segments, slash, text));
  }

  private static List<Segment> segments(String inner) {
    var segments = new ArrayList<Segment>();
    for (String part : inner.split("/", -1)) {
      if (part.equals("**")) {
        segments.add(new Rest());
      } else if (VARIABLE.matcher(part).matches()) {
        segments.add(new Name(part.substring(1, part.length() - 1)));
      } else {
        segments.add(new Literal(part));
      }
    }
    return segments;
  }

  private static @Nullable Invalid literalFault(String literal) {
    if (literal.isEmpty()) {
      return new Invalid("a path without an empty segment");
    }
    if (literal.indexOf('*') >= 0 || literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
      return new Invalid("** at the end or {name}, each as a whole segment");
    }
    return switch (CanonicalPath.parse("/" + literal)) {
      case CanonicalPath.Ambiguous(String why) -> new Invalid("a path without " + why);
      case CanonicalPath.Canonical(CanonicalPath path) -> {
        String canonical = path.value().substring(1);
        yield canonical.equals(literal) ? null : new Invalid("the canonical " + canonical);
      }
    };
  }

  /** Whether every path of it begins with these segments, in whatever spelling. */
  public boolean beginsWith(CanonicalPath prefix) {
    String[] wanted = prefix.value().substring(1).split("/", -1);
    boolean begins = wanted.length <= segments.size();
    for (int i = 0; begins && i < wanted.length; i++) {
      begins =
          segments.get(i) instanceof Literal(String literal)
              && SegmentMap.decoded(literal).equals(SegmentMap.decoded(wanted[i]));
    }
    return begins;
  }

  @Override
  public String toString() {
    return text;
  }
}
