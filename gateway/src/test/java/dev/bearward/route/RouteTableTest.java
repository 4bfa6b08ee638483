package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.http.TestHeads;
import dev.bearward.route.RouteTable.Ambiguous;
import dev.bearward.route.RouteTable.Match;
import dev.bearward.route.RouteTable.Matched;
import dev.bearward.route.RouteTable.MethodNotAllowed;
import dev.bearward.route.RouteTable.NoRoute;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {
  private static RouteTable table(TestRoutes... routes) {
    return RouteTable.of(Stream.of(routes).map(TestRoutes::route).toList());
  }

  private static RouteTable paths(String... paths) {
    return RouteTable.of(Stream.of(paths).map(p -> TestRoutes.path(p).route()).toList());
  }

  private static Match match(RouteTable table, String method, String host, String path) {
    return table.match(host, TestHeads.path(path), method);
  }

  private static String name(Match match) {
    return switch (match) {
      case Matched(Route route, int _) -> route.name();
      case MethodNotAllowed other -> "405 " + other.allow();
      case NoRoute _ -> "404";
      case Ambiguous _ -> "400";
    };
  }

  private static String get(RouteTable table, String path) {
    return name(match(table, "GET", "h", path));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/x, /x",
    "/x/, /x/**",
    "/x/y, /x/y",
    "/x/y/, /x/{a}/**",
    "/x/z, /x/{a}",
    "/x/z/, /x/{a}/**",
    "/x/z/w, /x/{a}/w",
    "/x/z/v, /x/{a}/**",
    "/x/z/w/u, /x/{a}/**",
    "/y, /**",
    "/y/, /**",
    "/xx, /**",
  })
  @DisplayName("contract: segment by segment literal, {name}, **")
  void match_severalPatterns_mostSpecificWins(String path, String route) {
    RouteTable table = paths("/**", "/x/{a}/**", "/x/{a}", "/x/{a}/w", "/x/**", "/x/y", "/x", "/");
    assertThat(get(table, path)).isEqualTo(route);
  }

  @Test
  @DisplayName("contract: /x/** matches /x, /x/ and below")
  void match_rest_includesThePathItself() {
    RouteTable table = paths("/x/**");
    for (String path : List.of("/x", "/x/", "/x/a", "/x/a/", "/x/a/b/c")) {
      assertThat(get(table, path)).isEqualTo("/x/**");
    }
    assertThat(get(table, "/xa")).isEqualTo("404");
    assertThat(get(table, "/")).isEqualTo("404");
    assertThat(get(table, "/X")).isEqualTo("404");
  }

  @Test
  @DisplayName("rule 172: {name} is one segment and never empty")
  void match_name_isOneSegment() {
    RouteTable table = paths("/x/{id}");
    assertThat(get(table, "/x/7")).isEqualTo("/x/{id}");
    assertThat(get(table, "/x")).isEqualTo("404");
    assertThat(get(table, "/x/")).isEqualTo("404");
    assertThat(get(table, "/x/7/")).isEqualTo("404");
    assertThat(get(table, "/x/7/8")).isEqualTo("404");
    assertThat(get(paths("/x/{id}/"), "/x/7/")).isEqualTo("/x/{id}/");
    assertThat(get(paths("/x/{id}/"), "/x/7")).isEqualTo("404");
  }

  @Test
  void match_deadEnd_goesBackToTheNextBest() {
    RouteTable table = paths("/a/b/c", "/a/{x}/d", "/{y}/b/e", "/**");
    assertThat(get(table, "/a/b/c")).isEqualTo("/a/b/c");
    assertThat(get(table, "/a/b/d")).isEqualTo("/a/{x}/d");
    assertThat(get(table, "/a/b/e")).isEqualTo("/{y}/b/e");
    assertThat(get(table, "/a/b/f")).isEqualTo("/**");
  }

  @ParameterizedTest
  @CsvSource({"/users/%40me", "/users/@me"})
  @DisplayName("rule 171: a delimiter in either spelling is the same literal")
  void match_encodedDelimiter_cannotAvoidALiteral(String path) {
    assertThat(get(paths("/users/{id}", "/users/@me"), path)).isEqualTo("/users/@me");
    assertThat(get(paths("/users/{id}", "/users/%40me"), path)).isEqualTo("/users/%40me");
  }

  @Test
  @DisplayName("rule 171: other encoded characters are what they are")
  void match_encodedSegments_areLiteral() {
    RouteTable table = paths("/caf%C3%A9", "/100%25", "/a%20b", "/{any}");
    assertThat(get(table, "/caf%c3%a9")).isEqualTo("/caf%C3%A9");
    assertThat(get(table, "/100%25")).isEqualTo("/100%25");
    assertThat(get(table, "/a%20b")).isEqualTo("/a%20b");
    assertThat(get(table, "/caf%C3%A8")).isEqualTo("/{any}");
    assertThat(get(table, "/100%2540")).isEqualTo("/{any}");
  }

  @Test
  @DisplayName("contract: the method is part of the match; a route that lacks it is passed over")
  void match_method_fallsToABroaderRoute() {
    RouteTable table =
        table(
            TestRoutes.path("/x").name("read").methods("GET", "HEAD"),
            TestRoutes.path("/x").name("write").methods("POST"),
            TestRoutes.path("/**").name("rest").methods("DELETE", "GET"));
    assertThat(name(match(table, "GET", "h", "/x"))).isEqualTo("read");
    assertThat(name(match(table, "HEAD", "h", "/x"))).isEqualTo("read");
    assertThat(name(match(table, "POST", "h", "/x"))).isEqualTo("write");
    assertThat(name(match(table, "DELETE", "h", "/x"))).isEqualTo("rest");
  }

  @Test
  @DisplayName("rule 122: methods are compared with case, unknown ones take no listed route")
  void match_otherCase_isAnotherMethod() {
    RouteTable table = table(TestRoutes.path("/x").methods("GET"));
    assertThat(name(match(table, "get", "h", "/x"))).isEqualTo("405 [GET]");
    assertThat(name(match(table, "BREW", "h", "/x"))).isEqualTo("405 [GET]");
    assertThat(name(match(table, "HEAD", "h", "/x"))).isEqualTo("405 [GET]");
    assertThat(name(match(paths("/x"), "BREW", "h", "/x"))).isEqualTo("/x");
  }

  @Test
  @DisplayName("contract: 405 allows what any route of the path takes, sorted")
  void match_noMethod_allowsThoseOfAllRoutes() {
    RouteTable table =
        table(
            TestRoutes.path("/x").methods("PUT", "GET", "TRACE"),
            TestRoutes.path("/{a}").methods("POST"),
            TestRoutes.path("/**").hosts("h").methods("DELETE"),
            TestRoutes.path("/**").hosts("other").methods("PATCH"),
            TestRoutes.path("/y").methods("OPTIONS"));
    assertThat(name(match(table, "LINK", "h", "/x"))).isEqualTo("405 [DELETE, GET, POST, PUT]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT"})
  @DisplayName("rules 92, 125: TRACE and CONNECT never match")
  void match_traceAndConnect_areNeverRouted(String method) {
    assertThat(name(match(paths("/x"), method, "h", "/x")))
        .isEqualTo("405 [DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT]");
    RouteTable listed = table(TestRoutes.path("/x").methods("GET", "TRACE", "CONNECT"));
    assertThat(name(match(listed, method, "h", "/x"))).isEqualTo("405 [GET]");
    assertThat(name(match(listed, method, "h", "/y"))).isEqualTo("404");
  }

  @ParameterizedTest
  @CsvSource({
    "api.example.com, exact",
    "a.api.example.com, long",
    "b.example.com, short",
    "a.b.example.com, short",
    "example.com, any",
    "com, any",
    "[::1], any",
    "127.0.0.1, address",
  })
  @DisplayName("contract: exact host, then the longest *. host, then any")
  void match_hosts_mostSpecificWins(String host, String route) {
    RouteTable table =
        table(
            TestRoutes.path("/x").name("any"),
            TestRoutes.path("/**").name("short").hosts("*.example.com"),
            TestRoutes.path("/**").name("long").hosts("*.api.example.com", "*.y.example.com"),
            TestRoutes.path("/**").name("exact").hosts("api.example.com", "api.example.com"),
            TestRoutes.path("/**").name("address").hosts("127.0.0.1"));
    assertThat(name(match(table, "GET", host, "/x"))).isEqualTo(route);
  }

  @Test
  void match_hostWithoutThePath_fallsToBroaderHosts() {
    RouteTable table =
        table(
            TestRoutes.path("/a").name("exact").hosts("a.b.c"),
            TestRoutes.path("/b").name("long").hosts("*.b.c"),
            TestRoutes.path("/c").name("short").hosts("*.c"),
            TestRoutes.path("/d").name("any"));
    assertThat(name(match(table, "GET", "a.b.c", "/b"))).isEqualTo("long");
    assertThat(name(match(table, "GET", "a.b.c", "/c"))).isEqualTo("short");
    assertThat(name(match(table, "GET", "a.b.c", "/d"))).isEqualTo("any");
    assertThat(name(match(table, "GET", "a.b.c", "/e"))).isEqualTo("404");
    assertThat(name(match(table, "GET", "x.c", "/b"))).isEqualTo("404");
  }

  @Test
  void match_index_isThePlaceInTheList() {
    RouteTable table = paths("/a", "/b", "/c");
    assertThat(match(table, "GET", "h", "/b"))
        .isInstanceOfSatisfying(Matched.class, m -> assertThat(m.index()).isEqualTo(1));
  }

  @Test
  void match_emptyTable_findsNothing() {
    assertThat(get(paths(), "/")).isEqualTo("404");
  }

  @Test
  void of_twoRoutesForTheSameRequests_isRefused() {
    assertThatThrownBy(() -> paths("/a/{x}", "/a/{y}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("routes: /a/{x} and /a/{y} (expected: routes for different requests)");
  }

  @Test
  @DisplayName("performance: a match allocates nothing, whatever the number of routes")
  void match_manyRoutes_allocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    RouteTable table = manyRoutes(10_000);
    var path = TestHeads.path("/api/service77/items/42/detail%40x");
    for (int i = 0; i < 20_000; i++) {
      assertThat(table.match("a.example.com", path, "GET")).isInstanceOf(Matched.class);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    int found = 0;
    for (int i = 0; i < 10_000; i++) {
      found += table.match("a.example.com", path, "GET") instanceof Matched ? 1 : 0;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(found).isEqualTo(10_000);
    assertThat(allocated).isLessThan(10_000);
  }

  private static RouteTable manyRoutes(int count) {
    var routes = new ArrayList<Route>();
    for (int i = 0; i < count; i++) {
      TestRoutes route = TestRoutes.path("/api/service" + i + "/items/{id}/detail@x");
      routes.add(route.hosts("*.example.com").methods("GET", "HEAD").route());
    }
    return RouteTable.of(routes);
  }
}
