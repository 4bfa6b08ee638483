package dev.bearward.route;

import dev.bearward.http.CanonicalPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: exact host, then the longest {@code *.} host, then any; within
 * that, segment by segment literal, {@code {name}}, {@code **}. A route that does not take the
 * method is passed over. The time of a match depends on the path's length, not on the number of
 * routes, and it allocates nothing. Immutable.
 */
public final class RouteTable {
  /** Methods that no route ever takes (rules 92, 125). */
  static final Set<String> NEVER_ROUTED = Set.of("TRACE", "CONNECT");

  private static final NoRoute NO_ROUTE = new NoRoute();
  private static final Ambiguous AMBIGUOUS = new Ambiguous();

  /** What {@link #match} finds. */
  public sealed interface Match {}

  /**
   * The route that answers.
   *
   * @param index its place in the list that the table was made from
   */
  public record Matched(Route route, int index) implements Match {}

  /**
   * Routes have that path, but none takes the method.
   *
   * @param others all of them, most specific first
   */
  public record MethodNotAllowed(List<Matched> others) implements Match {
    /** Methods that some of them take, sorted. */
    public SortedSet<String> allow() {
      var allow = new TreeSet<String>();
      others.forEach(other -> allow.addAll(other.route().methodsByName()));
      return allow;
    }
  }

  /** No route has that path. */
  public record NoRoute() implements Match {}

  /**
   * The path holds what readers understand differently, and the route that matches does not allow
   * that, or one of these readers would see a path of another route.
   */
  public record Ambiguous() implements Match {}

  private final Map<String, Node> exactHosts = new HashMap<>();
  private final SegmentMap suffixes = new SegmentMap();
  private final Node anyHost = new Node();

  private RouteTable() {}

  /**
   * Makes the table.
   *
   * @throws IllegalArgumentException when two routes answer the same requests, which {@link
   *     RouteProblems} finds before
   */
  public static RouteTable of(List<Route> routes) {
    var collisions = new ArrayList<Collision>();
    RouteTable table = firstWins(routes, collisions);
    if (!collisions.isEmpty()) {
      Collision first = collisions.getFirst();
      throw new IllegalArgumentException(
          "routes: %s and %s (expected: routes for different requests)"
              .formatted(first.earlier().name(), first.later().name()));
    }
    return table;
  }

  /**
   * Two routes that claim the same requests.
   *
   * @param index of the later one
   */
  record Collision(Route earlier, Route later, int index) {}

  static RouteTable firstWins(List<Route> routes, List<Collision> collisions) {
    var table = new RouteTable();
    for (int i = 0; i < routes.size(); i++) {
      var match = new Matched(routes.get(i), i);
      Route rival = table.add(match);
      if (rival != null) {
        collisions.add(new Collision(rival, routes.get(i), i));
      }
    }
    return table;
  }

  private @Nullable Route add(Matched match) {
    Route route = match.route();
    if (route.hosts().isEmpty()) {
      return anyHost.end(route.path()).add(match);
    }
    Route rival = null;
    for (HostPattern host : route.hosts()) {
      Node root =
          host.wildcard()
              ? suffixes.at(host.name())
              : exactHosts.computeIfAbsent(host.name(), _ -> new Node());
      Route here = root.end(route.path()).add(match);
      rival = rival == null ? here : rival;
    }
    return rival;
  }

  /**
   * Finds the route.
   *
   * @param host as {@link dev.bearward.http.Authority#host()} spells it
   * @param path canonical path; the query plays no part
   * @param method compared with case
   */
  public Match match(String host, CanonicalPath path, String method) {
    Match found = match(host, path.value(), method);
    return path.isPlain() ? found : unambiguous(found, host, path, method);
  }

  private Match match(String host, String path, String method) {
    Matched found = NEVER_ROUTED.contains(method) ? null : find(host, path, method);
    return found != null ? found : unmatched(host, path);
  }

  /**
   * A path in a form that not all read alike stands only where the route allows that form, and no
   * other reading of it is another route's: a broad route must not be the way to a narrow one.
   */
  private Match unambiguous(Match found, String host, CanonicalPath path, String method) {
    boolean allowed =
        switch (found) {
          case Matched(Route route, int _) -> route.pathForm().covers(path.form());
          case MethodNotAllowed(List<Matched> others) ->
              others.stream().allMatch(o -> o.route().pathForm().covers(path.form()));
          case NoRoute _, Ambiguous _ -> false;
        };
    for (String other : path.otherReadings()) {
      Match read = match(host, other, method);
      allowed &= read instanceof NoRoute || indexes(read).equals(indexes(found));
    }
    return allowed ? found : AMBIGUOUS;
  }

  private static List<Integer> indexes(Match match) {
    return switch (match) {
      case Matched(Route _, int index) -> List.of(index);
      case MethodNotAllowed(List<Matched> others) -> others.stream().map(Matched::index).toList();
      case NoRoute _, Ambiguous _ -> List.of();
    };
  }

  private @Nullable Matched find(String host, String path, String method) {
    Matched found = exactHosts.isEmpty() ? null : findAt(exactHosts.get(host), path, method);
    if (found == null && !suffixes.isEmpty()) {
      found = findBelow(host, path, method);
    }
    return found != null ? found : anyHost.find(path, 0, method);
  }

  private @Nullable Matched findBelow(String host, String path, String method) {
    Matched found = null;
    for (int dot = host.indexOf('.'); found == null && dot > 0; dot = host.indexOf('.', dot + 1)) {
      found = findAt(suffixes.find(host, dot + 1, host.length()), path, method);
    }
    return found;
  }

  private static @Nullable Matched findAt(@Nullable Node host, String path, String method) {
    return host == null ? null : host.find(path, 0, method);
  }

  private Match unmatched(String host, String path) {
    var others = new ArrayList<Matched>();
    Node exact = exactHosts.get(host);
    if (exact != null) {
      exact.collect(path, 0, others);
    }
    for (int dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
      Node below = suffixes.find(host, dot + 1, host.length());
      if (below != null) {
        below.collect(path, 0, others);
      }
    }
    anyHost.collect(path, 0, others);
    return others.isEmpty() ? NO_ROUTE : new MethodNotAllowed(List.copyOf(others));
  }
}
