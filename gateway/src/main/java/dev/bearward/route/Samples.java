package dev.bearward.route;

import dev.bearward.http.CanonicalPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests that stand for all others in questions about a set of routes. Wherever a pattern leaves
 * a choice, a sample takes a value that no route names. Such a value matches only what matches any
 * value, and of two routes the same one always comes first, so what the table does with the sample
 * it can do with every request of that shape.
 */
final class Samples {
  private final Set<String> methods = new HashSet<>();
  private final String segment;
  private final String label;
  private final String method;
  private final int depth;

  Samples(List<Route> routes) {
    var words = new HashSet<String>();
    int deepest = 0;
    for (Route route : routes) {
      methods.addAll(route.methods());
      route.hosts().forEach(host -> words.addAll(List.of(host.name().split("\\."))));
      Shape shape = Shape.of(route.path());
      shape.literals().stream().map(Shape.Fixed::literal).forEach(words::add);
      deepest = Math.max(deepest, shape.literals().size());
    }
    segment = unused("x", words);
    label = unused("x", words);
    method = unused("X", methods);
    methods.add(method);
    methods.removeAll(RouteTable.NEVER_ROUTED);
    depth = deepest + 1;
  }

  private static String unused(String stem, Set<String> words) {
    String word = stem;
    while (words.contains(word)) {
      word += stem;
    }
    return word;
  }

  /**
   * Methods of a route; where it takes every one, those that routes name and one that none does.
   */
  Set<String> methods(Route route) {
    var taken = new HashSet<>(route.methods().isEmpty() ? methods : route.methods());
    taken.removeAll(RouteTable.NEVER_ROUTED);
    return taken;
  }

  /** A method for people: the one that no route names stands for all such. */
  String named(String sample) {
    return sample.equals(method) ? "every other method" : sample;
  }

  /** A host for each of the route's. */
  List<String> hosts(Route route) {
    return route.hosts().isEmpty()
        ? List.of(label)
        : route.hosts().stream()
            .map(h -> h.wildcard() ? label + "." + h.name() : h.name())
            .toList();
  }

  /** Paths of both shapes. */
  List<CanonicalPath> paths(Shape one, Shape other) {
    if (one.apart(other)) {
      return List.of();
    }
    var paths = new ArrayList<CanonicalPath>();
    for (int segments = 0; segments <= depth; segments++) {
      for (boolean slash : new boolean[] {false, true}) {
        boolean exists = segments > 0 || slash;
        if (exists && one.fits(segments, slash) && other.fits(segments, slash)) {
          paths.add(path(one, other, segments, slash));
        }
      }
    }
    return paths;
  }

  private CanonicalPath path(Shape one, Shape other, int segments, boolean slash) {
    var path = new StringBuilder();
    for (int i = 0; i < segments; i++) {
      String literal = one.literal(i) != null ? one.literal(i) : other.literal(i);
      path.append('/').append(literal != null ? literal : segment);
    }
    String text = slash ? path.append('/').toString() : path.toString();
    return switch (CanonicalPath.parse(text)) {
      case CanonicalPath.Canonical(CanonicalPath canonical) -> canonical;
      case CanonicalPath.Ambiguous(String why) -> throw new IllegalStateException(why);
    };
  }
}
