package dev.bearward.route;

import dev.bearward.route.PathPattern.Literal;
import dev.bearward.route.PathPattern.Rest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path pattern as the route table sees it: names of segments and spellings of literals are gone.
 *
 * @param literals one for each fixed segment, null where any will do
 * @param rest whether anything may follow
 * @param slash whether it ends in a slash; false where anything may follow
 */
record Shape(List<Fixed> literals, boolean rest, boolean slash) {
  /** One fixed segment: a literal as the table keeps it, or null for any. */
  record Fixed(@Nullable String literal) {}

  static Shape of(PathPattern pattern) {
    var literals = new ArrayList<Fixed>();
    for (PathPattern.Segment segment : pattern.segments()) {
      switch (segment) {
        case Literal(String text) -> literals.add(new Fixed(SegmentMap.decoded(text)));
        case PathPattern.Name _ -> literals.add(new Fixed(null));
        case Rest _ -> {
          return new Shape(List.copyOf(literals), true, false);
        }
      }
    }
    return new Shape(List.copyOf(literals), false, pattern.trailingSlash());
  }

  /** Whether two literals keep the shapes from ever having a path in common. */
  boolean apart(Shape other) {
    int common = Math.min(literals.size(), other.literals.size());
    for (int i = 0; i < common; i++) {
      String one = literals.get(i).literal();
      String two = other.literals.get(i).literal();
      if (one != null && two != null && !one.equals(two)) {
        return true;
      }
    }
    return false;
  }

  /** Whether paths of that many segments, with or without a slash at the end, are of this shape. */
  boolean fits(int segments, boolean slashed) {
    return rest ? segments >= literals.size() : segments == literals.size() && slashed == slash;
  }

  /** The literal at a place, or null where any segment will do. */
  @Nullable String literal(int at) {
    return at < literals.size() ? literals.get(at).literal() : null;
  }

  /** Whether the table asks this shape first, for paths of both. */
  boolean precedes(Shape other) {
    int longest = Math.max(literals.size(), other.literals.size());
    for (int i = 0; i <= longest; i++) {
      if (breadth(i) != other.breadth(i)) {
        return breadth(i) < other.breadth(i);
      }
    }
    return false;
  }

  private int breadth(int at) {
    if (at < literals.size()) {
      return literals.get(at).literal() != null ? 0 : 1;
    }
    return rest ? 2 : 0;
  }
}
