package dev.bearward.route;

import dev.bearward.route.RouteTable.Matched;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One segment position of the table: what follows, and which routes end here. */
final class Node {
  private final SegmentMap literals = new SegmentMap();
  private @Nullable Node named;
  private @Nullable MethodChoice exact;
  private @Nullable MethodChoice slash;
  private @Nullable MethodChoice rest;

  /** The choice where a pattern ends, made when there is none. */
  MethodChoice end(PathPattern pattern) {
    Node node = this;
    for (PathPattern.Segment segment : pattern.segments()) {
      switch (segment) {
        case PathPattern.Literal(String text) -> node = node.literals.at(text);
        case PathPattern.Name _ -> node = node.orNewNamed();
        case PathPattern.Rest _ -> {
          MethodChoice here = node.rest != null ? node.rest : new MethodChoice();
          node.rest = here;
          return here;
        }
      }
    }
    MethodChoice there = pattern.trailingSlash() ? node.slash : node.exact;
    MethodChoice here = there != null ? there : new MethodChoice();
    if (pattern.trailingSlash()) {
      node.slash = here;
    } else {
      node.exact = here;
    }
    return here;
  }

  private Node orNewNamed() {
    Node there = named != null ? named : new Node();
    named = there;
    return there;
  }

  /**
   * The most specific route that takes the method: what is below first, literal before name, then
   * this node's {@code **}.
   *
   * @param at where the path goes on behind this node's segments: a slash or its end
   */
  @Nullable Matched find(String path, int at, String method) {
    Matched found = null;
    if (at == path.length()) {
      found = taken(exact, method);
    } else if (at + 1 == path.length()) {
      found = taken(slash, method);
    } else {
      int end = segmentEnd(path, at);
      Node literal = literals.find(path, at + 1, end);
      if (literal != null) {
        found = literal.find(path, end, method);
      }
      if (found == null && named != null && end > at + 1) {
        found = named.find(path, end, method);
      }
    }
    return found != null ? found : taken(rest, method);
  }

  /** Adds every route whose path matches, most specific first. */
  void collect(String path, int at, List<Matched> into) {
    if (at == path.length()) {
      addAll(exact, into);
    } else if (at + 1 == path.length()) {
      addAll(slash, into);
    } else {
      int end = segmentEnd(path, at);
      Node literal = literals.find(path, at + 1, end);
      if (literal != null) {
        literal.collect(path, end, into);
      }
      if (named != null && end > at + 1) {
        named.collect(path, end, into);
      }
    }
    addAll(rest, into);
  }

  private static int segmentEnd(String path, int at) {
    int end = path.indexOf('/', at + 1);
    return end < 0 ? path.length() : end;
  }

  private static @Nullable Matched taken(@Nullable MethodChoice choice, String method) {
    return choice == null ? null : choice.take(method);
  }

  private static void addAll(@Nullable MethodChoice choice, List<Matched> into) {
    if (choice != null) {
      choice.addTo(into);
    }
  }
}
