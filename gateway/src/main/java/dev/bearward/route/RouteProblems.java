package dev.bearward.route;

import dev.bearward.http.CanonicalPath;
import dev.bearward.policy.Requirement;
import dev.bearward.route.RouteTable.Collision;
import dev.bearward.route.RouteTable.Matched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that show only when all routes are seen together. They are found by asking the very
 * table that will serve, with {@link Samples}.
 */
public final class RouteProblems {
  private static final Set<String> REGISTERED =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  private final List<Route> routes;
  private final List<Shape> shapes;
  private final List<Collision> collisions = new ArrayList<>();
  private final RouteTable table;
  private final Samples samples;
  private final List<RouteProblem> problems = new ArrayList<>();

  private RouteProblems(List<Route> routes) {
    this.routes = routes;
    shapes = routes.stream().map(route -> Shape.of(route.path())).toList();
    table = RouteTable.firstWins(routes, collisions);
    samples = new Samples(routes);
  }

  /**
   * All problems: methods that cannot be, two routes for the same requests, a route that can never
   * match, a method that falls to a route which demands less.
   */
  public static List<RouteProblem> find(List<Route> routes) {
    var search = new RouteProblems(routes);
    search.methods();
    search.sameRequests();
    search.neverMatching();
    search.fallingMethods();
    return List.copyOf(search.problems);
  }

  /**
   * Routes to different upstreams that accept tokens of an issuer with several audiences without
   * saying which: a token for one API would open another (rule 179).
   *
   * @param audiences of each issuer, by the name that {@code require.issuers} uses
   */
  public static List<RouteProblem> sharedAudiences(
      List<Route> routes, Map<String, ? extends Collection<String>> audiences) {
    var problems = new ArrayList<RouteProblem>();
    audiences.forEach((issuer, all) -> {
      var firstOfUpstream = new LinkedHashMap<String, Route>();
      for (Route route : routes) {
        if (new HashSet<>(all).size() > 1 && acceptsAnyAudience(route, issuer)) {
          firstOfUpstream.putIfAbsent(route.upstream(), route);
        }
      }
      if (firstOfUpstream.size() > 1) {
        var first = new ArrayList<>(firstOfUpstream.values());
        first.stream().skip(1).map(r -> shared(r, first.getFirst(), issuer)).forEach(problems::add);
      }
    });
    return List.copyOf(problems);
  }

  /**
   * Routes that accept tokens of several issuers with introspection: an opaque token does not say
   * which of them is to be asked.
   *
   * @param introspecting names of the issuers with introspection
   */
  public static List<RouteProblem> severalIntrospecting(
      List<Route> routes, Collection<String> introspecting) {
    var problems = new ArrayList<RouteProblem>();
    for (Route route : routes) {
      List<String> asked = introspecting.stream().filter(name -> accepts(route, name)).toList();
      if (asked.size() > 1) {
        problems.add(
            new RouteProblem(
                route.origin(),
                null,
                "require.issuers: %s have introspection (expected: at most one on a route)"
                    .formatted(String.join(", ", asked))));
      }
    }
    return List.copyOf(problems);
  }

  private static boolean accepts(Route route, String issuer) {
    return switch (route.requirement()) {
      case Requirement.Open _ -> false;
      case Requirement.Token token -> token.issuers().isEmpty() || token.issuers().contains(issuer);
    };
  }

  private static boolean acceptsAnyAudience(Route route, String issuer) {
    return switch (route.requirement()) {
      case Requirement.Open _ -> false;
      case Requirement.Token token ->
          token.audiences().isEmpty()
              && (token.issuers().isEmpty() || token.issuers().contains(issuer));
    };
  }

  private static RouteProblem shared(Route route, Route first, String issuer) {
    return new RouteProblem(
        route.origin(),
        first.origin(),
        ("require.audiences: none (expected: one or more, since issuer %s has several audiences and"
                + " route %s goes to another upstream)")
            .formatted(issuer, first.name()));
  }

  /**
   * Routes whose path with a slash more, or less, at its end is another route's that demands less:
   * many upstreams read both alike.
   */
  public static List<RouteProblem> slashes(List<Route> routes) {
    var search = new RouteProblems(routes);
    for (int i = 0; i < routes.size(); i++) {
      search.slash(i);
    }
    return List.copyOf(search.problems);
  }

  private void slash(int index) {
    Route route = routes.get(index);
    for (String host : samples.hosts(route)) {
      for (CanonicalPath path : samples.paths(shapes.get(index), shapes.get(index))) {
        for (String method : samples.methods(route)) {
          if (answers(index, host, path, method)
              && table.match(host, toggled(path), method) instanceof Matched(Route other, int found)
              && found != index
              && mayFall(route, other)) {
            add(
                route,
                other,
                "path: %s (with another slash at its end %s at %s takes it, which demands less;"
                        .formatted(route.path(), other.name(), other.origin())
                    + " many upstreams read both alike)");
            return;
          }
        }
      }
    }
  }

  private static CanonicalPath toggled(CanonicalPath path) {
    String text = path.value();
    boolean slash = text.length() > 1 && text.endsWith("/");
    String other = slash ? text.substring(0, text.length() - 1) : text + "/";
    return CanonicalPath.parse(text.equals("/") ? text : other)
            instanceof CanonicalPath.Canonical(CanonicalPath canonical)
        ? canonical
        : path;
  }

  private void methods() {
    for (Route route : routes) {
      for (String method : new TreeSet<>(route.methods())) {
        String upper = method.toUpperCase(Locale.ROOT);
        if (RouteTable.NEVER_ROUTED.contains(upper)) {
          add(route, null, "methods: " + method + " (expected: another; it is always refused)");
        } else if (!upper.equals(method) && REGISTERED.contains(upper)) {
          add(route, null, "methods: " + method + " (expected: " + upper + "; case counts)");
        }
      }
    }
  }

  private void sameRequests() {
    for (Collision collision : collisions) {
      Route earlier = collision.earlier();
      add(
          collision.later(),
          earlier,
          "path: %s (expected: requests that no other route takes; %s at %s takes the same)"
              .formatted(collision.later().path(), earlier.name(), earlier.origin()));
    }
  }

  private void neverMatching() {
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      int index = i;
      boolean collides = collisions.stream().anyMatch(c -> c.index() == index);
      if (!collides && !samples.methods(route).isEmpty() && !reachable(i)) {
        add(
            route,
            null,
            "path: %s (expected: some request that more specific routes leave; they take all)"
                .formatted(route.path()));
      }
    }
  }

  private boolean reachable(int index) {
    Route route = routes.get(index);
    for (String host : samples.hosts(route)) {
      for (CanonicalPath path : samples.paths(shapes.get(index), shapes.get(index))) {
        for (String method : samples.methods(route)) {
          if (answers(index, host, path, method)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean answers(int index, String host, CanonicalPath path, String method) {
    return table.match(host, path, method) instanceof Matched(var _, int found) && found == index;
  }

  private void fallingMethods() {
    ShapeIndex index = ShapeIndex.of(shapes);
    for (int specific = 0; specific < routes.size(); specific++) {
      if (!routes.get(specific).methods().isEmpty()) {
        for (int broad : index.near(shapes.get(specific))) {
          if (mayFall(routes.get(specific), routes.get(broad))) {
            fallingMethods(specific, broad);
          }
        }
      }
    }
  }

  private static boolean mayFall(Route from, Route to) {
    return !to.catchesRest()
        && from.requirement().demandsAtLeast(to.requirement())
        && !to.requirement().demandsAtLeast(from.requirement());
  }

  private void fallingMethods(int specific, int broad) {
    Route from = routes.get(specific);
    Route to = routes.get(broad);
    var leftOut = new TreeSet<>(samples.methods(to));
    leftOut.removeAll(from.methods());
    leftOut.removeIf(method -> !falls(specific, broad, method));
    if (!leftOut.isEmpty()) {
      String names = String.join(", ", leftOut.stream().map(samples::named).sorted().toList());
      add(
          from,
          to,
          "methods: %s (expected: also %s, or catchesRest: true on %s at %s, which demands less)"
              .formatted(from.methodsByName(), names, to.name(), to.origin()));
    }
  }

  /** Whether a request of the specific route's host and path ends at the broad one. */
  private boolean falls(int specific, int broad, String method) {
    for (String host : samples.hosts(routes.get(specific))) {
      if (precedes(specific, broad, host)) {
        for (CanonicalPath path : samples.paths(shapes.get(specific), shapes.get(broad))) {
          if (answers(broad, host, path, method)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean precedes(int specific, int broad, String host) {
    int byHost = rank(routes.get(specific), host) - rank(routes.get(broad), host);
    return byHost != 0 ? byHost > 0 : shapes.get(specific).precedes(shapes.get(broad));
  }

  /** How specific the route's host is: exact, then by length of the suffix, then any. */
  private static int rank(Route route, String host) {
    int rank = route.hosts().isEmpty() ? 0 : -1;
    for (HostPattern pattern : route.hosts()) {
      if (pattern.matches(host)) {
        int here = pattern.wildcard() ? pattern.name().length() : Integer.MAX_VALUE;
        rank = Math.max(rank, here);
      }
    }
    return rank;
  }

  private void add(Route route, @Nullable Route other, String message) {
    problems.add(new RouteProblem(route.origin(), other == null ? null : other.origin(), message));
  }
}
