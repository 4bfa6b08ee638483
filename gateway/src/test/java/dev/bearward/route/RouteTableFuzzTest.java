package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.TestHeads;
import dev.bearward.route.RouteTable.Ambiguous;
import dev.bearward.route.RouteTable.Matched;
import dev.bearward.route.RouteTable.MethodNotAllowed;
import dev.bearward.route.RouteTable.NoRoute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the table against a matcher that tries every route and sorts by the contract's order. */
class RouteTableFuzzTest {
  private static final List<String> SEGMENTS = List.of("a", "b", "ab", "@", "%40", "%20");
  private static final List<String> HOSTS =
      List.of("a", "b.a", "c.b.a", "b", "a.b", "127.0.0.1", "[::1]");
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "OPTIONS", "TRACE");

  @Test
  @DisplayName("contract: the table finds what a plain reading of the order finds")
  void match_randomTables_agreesWithThePlainReading() {
    var random = new Random(42);
    int matched = 0;
    for (int round = 0; round < 1_000; round++) {
      List<Route> routes = randomRoutes(random);
      RouteTable table = RouteTable.of(routes);
      for (int i = 0; i < 40; i++) {
        String host = pick(random, HOSTS);
        String path = randomPath(random);
        String method = pick(random, METHODS);
        String expected = reference(routes, host, path, method);
        assertThat(actual(table, host, path, method))
            .as(() -> method + " " + host + path + " " + describe(routes))
            .isEqualTo(expected);
        matched += expected.startsWith("/") ? 1 : 0;
      }
    }
    assertThat(matched).isGreaterThan(3_000);
  }

  private static String actual(RouteTable table, String host, String path, String method) {
    return switch (table.match(host, TestHeads.path(path), method)) {
      case Matched(Route route, int _) -> route.name();
      case MethodNotAllowed other -> "405 " + other.allow();
      case NoRoute _ -> "404";
      case Ambiguous _ -> "400";
    };
  }

  private static String reference(List<Route> routes, String host, String path, String method) {
    List<Route> fitting =
        routes.stream().filter(r -> hostRank(r, host) >= 0 && matches(r.path(), path)).toList();
    var best =
        fitting.stream()
            .filter(r -> !method.equals("TRACE"))
            .filter(r -> r.methods().isEmpty() || r.methods().contains(method))
            .min(
                Comparator.<Route>comparingInt(r -> -hostRank(r, host))
                    .thenComparing(r -> specificity(r.path())));
    if (best.isPresent()) {
      return best.get().name();
    }
    var allow = new TreeSet<String>();
    fitting.forEach(r ->
        allow.addAll(
            r.methods().isEmpty()
                ? List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
                : r.methods()));
    allow.remove("TRACE");
    return fitting.isEmpty() ? "404" : "405 " + allow;
  }

  private static int hostRank(Route route, String host) {
    if (route.hosts().isEmpty()) {
      return 0;
    }
    return route.hosts().stream()
        .filter(h -> h.wildcard() ? host.endsWith("." + h.name()) : host.equals(h.name()))
        .mapToInt(h -> h.wildcard() ? h.name().length() : 1_000)
        .max()
        .orElse(-1);
  }

  private static boolean matches(PathPattern pattern, String path) {
    var regex = new StringBuilder();
    for (PathPattern.Segment segment : pattern.segments()) {
      regex.append(
          switch (segment) {
            case PathPattern.Literal(String text) -> "/" + loose(text);
            case PathPattern.Name _ -> "/[^/]+";
            case PathPattern.Rest _ -> "(/.*)?";
          });
    }
    return path.matches(regex + (pattern.trailingSlash() ? "/" : ""));
  }

  private static String loose(String literal) {
    return literal.equals("@") || literal.equals("%40") ? "(@|%40)" : literal;
  }

  /** One letter a segment, in the order of preference; a slash at the end tells nothing here. */
  private static String specificity(PathPattern pattern) {
    var order = new StringBuilder();
    for (PathPattern.Segment segment : pattern.segments()) {
      order.append(
          switch (segment) {
            case PathPattern.Literal _ -> 'a';
            case PathPattern.Name _ -> 'b';
            case PathPattern.Rest _ -> 'c';
          });
    }
    return order.toString();
  }

  private static List<Route> randomRoutes(Random random) {
    var routes = new ArrayList<Route>();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      TestRoutes route = TestRoutes.path(randomPattern(random)).name("/" + i);
      if (random.nextInt(3) == 0) {
        route.hosts((random.nextBoolean() ? "*." : "") + pick(random, List.of("a", "b.a", "b")));
      }
      if (random.nextBoolean()) {
        route.methods(pick(random, METHODS), "X" + random.nextInt(2));
      }
      routes.add(route.route());
      if (!collisionFree(routes)) {
        routes.removeLast();
      }
    }
    return routes;
  }

  private static boolean collisionFree(List<Route> routes) {
    var collisions = new ArrayList<RouteTable.Collision>();
    assertThat(RouteTable.firstWins(routes, collisions)).isNotNull();
    return collisions.isEmpty();
  }

  private static String randomPattern(Random random) {
    var pattern = new StringBuilder();
    int depth = random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      pattern.append('/').append(random.nextInt(3) == 0 ? "{n" + i + "}" : pick(random, SEGMENTS));
    }
    String end = pick(random, List.of("", "/", "/**"));
    return pattern.isEmpty() && end.isEmpty() ? "/" : pattern + end;
  }

  private static String randomPath(Random random) {
    var path = new StringBuilder();
    int depth = random.nextInt(5);
    for (int i = 0; i < depth; i++) {
      path.append('/').append(random.nextInt(5) == 0 ? "zz" : pick(random, SEGMENTS));
    }
    return path.isEmpty() || random.nextInt(4) == 0 ? path + "/" : path.toString();
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String describe(List<Route> routes) {
    return Arrays.toString(
        routes.stream().map(r -> r.name() + r.hosts() + r.path() + r.methods()).toArray());
  }
}
