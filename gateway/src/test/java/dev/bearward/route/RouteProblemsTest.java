package dev.bearward.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.policy.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteProblemsTest {
  private static final Requirement AUTH0_ONLY =
      new Requirement.Token(Set.of("auth0"), Set.of(), List.of(), List.of(), List.of());
  private static final Requirement WITH_AUDIENCE =
      new Requirement.Token(Set.of(), Set.of("x"), List.of(), List.of(), List.of());

  private static List<String> find(TestRoutes... routes) {
    List<Route> numbered =
        IntStream.range(0, routes.length).mapToObj(i -> routes[i].line(i + 1).route()).toList();
    return RouteProblems.find(numbered).stream().map(RouteProblem::toString).toList();
  }

  private static List<String> shared(Map<String, List<String>> audiences, TestRoutes... routes) {
    return RouteProblems.sharedAudiences(
            Stream.of(routes).map(TestRoutes::route).toList(), audiences)
        .stream()
        .map(RouteProblem::message)
        .toList();
  }

  @Test
  void find_theContractsSmallFile_hasNoProblem() {
    assertThat(
            find(
                TestRoutes.path("/api/appointments/**")
                    .methods("GET", "HEAD")
                    .scopes("read:appointments"),
                TestRoutes.path("/api/appointments").methods("POST").scopes("write:appointments"),
                TestRoutes.path("/health").open()))
        .isEmpty();
  }

  @Test
  @DisplayName("regression: a slash at the end must not lead to a route that demands less unseen")
  void slashes_weakerRouteBehindTheSlash_isReported() {
    assertThat(slashes(TestRoutes.path("/admin").scopes("admin"), TestRoutes.path("/**")))
        .containsExactly(
            "bearward.yaml:1: path: /admin (with another slash at its end /** at bearward.yaml:2"
                + " takes it, which demands less; many upstreams read both alike)");
    assertThat(slashes(TestRoutes.path("/admin/").scopes("admin"), TestRoutes.path("/**")))
        .hasSize(1);
    assertThat(
            slashes(TestRoutes.path("/admin/{id}").scopes("admin"), TestRoutes.path("/**").open()))
        .hasSize(1);
  }

  @Test
  void slashes_nothingBehindTheSlash_isFine() {
    assertThat(slashes(TestRoutes.path("/admin").scopes("admin"))).isEmpty();
    assertThat(slashes(TestRoutes.path("/admin/**").scopes("admin"), TestRoutes.path("/**")))
        .isEmpty();
    assertThat(
            slashes(TestRoutes.path("/admin").scopes("a"), TestRoutes.path("/**").scopes("a", "b")))
        .isEmpty();
    assertThat(slashes(TestRoutes.path("/open").open(), TestRoutes.path("/**"))).isEmpty();
  }

  private static List<String> slashes(TestRoutes... routes) {
    List<Route> numbered =
        IntStream.range(0, routes.length).mapToObj(i -> routes[i].line(i + 1).route()).toList();
    return RouteProblems.slashes(numbered).stream().map(RouteProblem::toString).toList();
  }

  @Test
  @DisplayName("contract: two routes for the same requests")
  void find_samePatternHostAndMethod_isReportedOnce() {
    assertThat(
            find(
                TestRoutes.path("/a/{id}").name("one").methods("GET", "PUT"),
                TestRoutes.path("/a/{name}").name("two").methods("PUT", "POST")))
        .containsExactly(
            "bearward.yaml:2: path: /a/{name} (expected: requests that no other route takes;"
                + " one at bearward.yaml:1 takes the same)");
  }

  @Test
  @DisplayName("contract: two routes for the same requests, one of them for every method")
  void find_listedMethodsAgainstEveryMethod_isReported() {
    assertThat(find(TestRoutes.path("/a").methods("GET"), TestRoutes.path("/a"))).hasSize(1);
    assertThat(find(TestRoutes.path("/a"), TestRoutes.path("/a").methods("GET"))).hasSize(1);
    assertThat(find(TestRoutes.path("/a"), TestRoutes.path("/a"))).hasSize(1);
  }

  @Test
  @DisplayName("contract: two routes for the same requests on one of their hosts")
  void find_oneHostInCommon_isReported() {
    assertThat(
            find(
                TestRoutes.path("/a").hosts("x.org", "*.y.org"),
                TestRoutes.path("/a").hosts("z.org", "*.y.org")))
        .hasSize(1);
    assertThat(
            find(
                TestRoutes.path("/a").hosts("x.y.org"),
                TestRoutes.path("/a").hosts("*.y.org"),
                TestRoutes.path("/a")))
        .isEmpty();
  }

  @Test
  @DisplayName("rule 171: literals in two spellings are the same requests")
  void find_sameLiteralInTwoSpellings_isReported() {
    assertThat(find(TestRoutes.path("/@me"), TestRoutes.path("/%40me"))).hasSize(1);
  }

  @Test
  @DisplayName("contract: a route that can never match, shadowed by more specific ones")
  void find_shadowedRest_isReported() {
    assertThat(
            find(
                TestRoutes.path("/x/{a}/**"),
                TestRoutes.path("/x"),
                TestRoutes.path("/x/"),
                TestRoutes.path("/x/**")))
        .containsExactly(
            "bearward.yaml:4: path: /x/** (expected: some request that more specific routes"
                + " leave; they take all)");
  }

  @Test
  void find_restWithSomethingLeft_isFine() {
    assertThat(find(TestRoutes.path("/x/{a}/**"), TestRoutes.path("/x"), TestRoutes.path("/x/**")))
        .isEmpty();
    assertThat(
            find(
                TestRoutes.path("/x/{a}/{b}/**"),
                TestRoutes.path("/x"),
                TestRoutes.path("/x/"),
                TestRoutes.path("/x/{a}"),
                TestRoutes.path("/x/**")))
        .as("/x/a/ is left")
        .isEmpty();
    assertThat(
            find(
                TestRoutes.path("/{a}/**").methods("GET"),
                TestRoutes.path("/"),
                TestRoutes.path("/**")))
        .as("other methods are left")
        .isEmpty();
  }

  @Test
  void find_shadowedForItsMethodsOnly_isReported() {
    assertThat(
            find(
                TestRoutes.path("/{a}/**").methods("GET", "POST"),
                TestRoutes.path("/"),
                TestRoutes.path("/**").methods("GET")))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT", "trace", "Connect"})
  @DisplayName("contract: a route for TRACE or CONNECT can never match")
  void find_traceOrConnect_isReported(String method) {
    assertThat(find(TestRoutes.path("/x").methods(method)))
        .containsExactly(
            "bearward.yaml:1: methods: " + method + " (expected: another; it is always refused)");
  }

  @Test
  @DisplayName("rule 122: a registered method in other case never comes")
  void find_lowerCaseMethod_isReported() {
    assertThat(find(TestRoutes.path("/x").methods("get", "BREW", "Custom")))
        .containsExactly("bearward.yaml:1: methods: get (expected: GET; case counts)");
  }

  @Test
  @DisplayName("contract: a method that falls to a broader route which demands less")
  void find_methodFallsToAnOpenRoute_isReported() {
    assertThat(
            find(
                TestRoutes.path("/api/{id}").methods("GET", "HEAD").scopes("read"),
                TestRoutes.path("/**").name("site").open()))
        .containsExactly(
            "bearward.yaml:1: methods: [GET, HEAD] (expected: also every other method,"
                + " or catchesRest: true on site at bearward.yaml:2, which demands less)");
  }

  @Test
  @DisplayName("contract: … unless the broader one says so, or the methods are all taken")
  void find_methodFallsOnPurpose_isFine() {
    assertThat(
            find(
                TestRoutes.path("/api").methods("GET").scopes("read"),
                TestRoutes.path("/**").open().catchesRest()))
        .isEmpty();
    assertThat(
            find(
                TestRoutes.path("/api").methods("GET").scopes("read"),
                TestRoutes.path("/api").methods("POST").scopes("write"),
                TestRoutes.path("/**").methods("GET", "POST").open()))
        .isEmpty();
  }

  @Test
  void find_methodFallsToAnEquallyStrictRoute_isFine() {
    assertThat(
            find(
                TestRoutes.path("/api").methods("GET").scopes("a"),
                TestRoutes.path("/**").scopes("a")))
        .isEmpty();
    assertThat(
            find(
                TestRoutes.path("/api").methods("GET").scopes("a"),
                TestRoutes.path("/**").scopes("a", "b")))
        .isEmpty();
  }

  @Test
  void find_methodCaughtInBetween_isFine() {
    assertThat(
            find(
                TestRoutes.path("/x/y").methods("GET").scopes("a"),
                TestRoutes.path("/x/**").scopes("a"),
                TestRoutes.path("/**").open()))
        .isEmpty();
  }

  @Test
  void find_methodFallsForSomePathsOnly_isReported() {
    assertThat(
            find(
                TestRoutes.path("/x/**").methods("GET").scopes("a"),
                TestRoutes.path("/x/{y}/**").scopes("a"),
                TestRoutes.path("/**").open()))
        .as("DELETE /x falls to the open route")
        .hasSize(1);
    assertThat(
            find(
                TestRoutes.path("/{t}/x").methods("GET").scopes("a"),
                TestRoutes.path("/{t}/{y}").methods("GET", "PUT").open()))
        .hasSize(1);
  }

  @Test
  void find_crossingPatterns_areSeen() {
    assertThat(
            find(
                TestRoutes.path("/a/{x}").methods("GET").scopes("s"),
                TestRoutes.path("/{y}/b").methods("GET", "POST").open()))
        .as("POST /a/b")
        .containsExactly(
            "bearward.yaml:1: methods: [GET] (expected: also POST, or catchesRest: true on"
                + " /{y}/b at bearward.yaml:2, which demands less)");
    assertThat(
            find(
                TestRoutes.path("/a/{x}").methods("GET").scopes("s"),
                TestRoutes.path("/{y}/b/c").open()))
        .isEmpty();
  }

  @Test
  void find_methodFallsToABroaderHost_isReported() {
    assertThat(
            find(
                TestRoutes.path("/x").hosts("a.org").methods("GET").scopes("s"),
                TestRoutes.path("/x").open()))
        .hasSize(1);
    assertThat(
            find(
                TestRoutes.path("/x").hosts("*.a.org").methods("GET").scopes("s"),
                TestRoutes.path("/**").hosts("*.org").open()))
        .hasSize(1);
    assertThat(
            find(
                TestRoutes.path("/x").hosts("a.org").methods("GET").scopes("s"),
                TestRoutes.path("/x").hosts("b.org").open()))
        .isEmpty();
    assertThat(
            find(
                TestRoutes.path("/x").methods("GET").scopes("s"),
                TestRoutes.path("/**").hosts("a.org").open()))
        .as("the host comes first: nothing falls from /x to it")
        .isEmpty();
  }

  @Test
  @DisplayName("rule 179: several audiences, several upstreams, no audience on the route")
  void sharedAudiences_routesToTwoUpstreams_areReported() {
    var audiences = Map.of("auth0", List.of("a", "b"), "okta", List.of("c"));
    assertThat(
            shared(
                audiences,
                TestRoutes.path("/a").upstream("one"),
                TestRoutes.path("/b").upstream("two").requires(AUTH0_ONLY)))
        .containsExactly(
            "require.audiences: none (expected: one or more, since issuer auth0 has several"
                + " audiences and route /a goes to another upstream)");
  }

  @Test
  void sharedAudiences_oneUpstreamOrNamedAudiences_areFine() {
    var audiences = Map.of("auth0", List.of("a", "b"), "okta", List.of("c"));
    assertThat(shared(audiences, TestRoutes.path("/a"), TestRoutes.path("/b"))).isEmpty();
    assertThat(
            shared(
                audiences,
                TestRoutes.path("/a").upstream("one"),
                TestRoutes.path("/b").upstream("two").requires(WITH_AUDIENCE),
                TestRoutes.path("/c").upstream("three").open(),
                TestRoutes.path("/d")
                    .upstream("four")
                    .requires(
                        new Requirement.Token(
                            Set.of("okta"), Set.of(), List.of(), List.of(), List.of()))))
        .isEmpty();
    assertThat(
            shared(
                Map.of("auth0", List.of("a", "a")),
                TestRoutes.path("/a").upstream("one"),
                TestRoutes.path("/b").upstream("two")))
        .isEmpty();
  }
}
