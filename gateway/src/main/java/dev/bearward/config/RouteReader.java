package dev.bearward.config;

import dev.bearward.access.RatePolicy;
import dev.bearward.access.RouteChanges;
import dev.bearward.access.RouteLimits;
import dev.bearward.access.RoutePlan;
import dev.bearward.cors.AllowedOrigins;
import dev.bearward.cors.CorsPolicy;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.PathForm;
import dev.bearward.policy.Requirement;
import dev.bearward.route.HostPattern;
import dev.bearward.route.Origin;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Rewrite;
import dev.bearward.route.Route;
import dev.bearward.route.RouteProblem;
import dev.bearward.route.RouteProblems;
import dev.bearward.token.TokenSources;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The items of {@code routes}. */
final class RouteReader {
  static final int MOST = 10_000;
  private static final int MOST_HOSTS = 100;
  private static final int MOST_METHODS = 64;
  private static final Pattern NAME = Pattern.compile("[ !#-\\[\\]-~]{1,200}");

  private final Set<String> upstreams;
  private final RequirementReader requirements;
  private final IdentityReader identity;
  private final HeaderRulesReader headerRules;
  private final RouteBlocks defaults;
  private final Taken names = new Taken("a name");
  // By identity: several routes may stand in one line.
  private final IdentityHashMap<Origin, Value> places = new IdentityHashMap<>();

  RouteReader(
      Set<String> upstreams,
      RequirementReader requirements,
      IdentityReader identity,
      HeaderRulesReader headerRules,
      RouteBlocks defaults) {
    this.upstreams = upstreams;
    this.requirements = requirements;
    this.identity = identity;
    this.headerRules = headerRules;
    this.defaults = defaults;
  }

  /** The route, or null when a problem has been reported. */
  @Nullable RoutePlan read(Value value) {
    Section route = value.section(Keys.ROUTE);
    if (route == null) {
      return null;
    }
    PathPattern path = route.need("path", "a path such as /api/**", RouteReader::path);
    List<String> methods =
        route.or("methods", List.of(), v -> v.list(1, MOST_METHODS, Methods::read));
    String name = name(route, path, methods);
    List<HostPattern> hosts =
        route.or("hosts", List.of(), v -> v.list(1, MOST_HOSTS, RouteReader::host));
    String upstream = route.need("upstream", "the name of an upstream", this::upstream);
    Requirement requirement = requirements.read(route);
    boolean catchesRest = route.or("catchesRest", false, Value::bool);
    boolean reportOnly =
        route.or("mode", "enforce", v -> v.word(List.of("enforce", "report"))).equals("report");
    boolean closesAtExpiry = route.or("closeAtExpiry", true, Value::bool);
    String token = route.or("token", "strip", v -> v.word(List.of("strip", "forward")));
    TokenSources tokenFrom = route.or("tokenFrom", TokenSources.HEADER, TokenSourceReader::read);
    AllowedOrigins origins = route.or("origins", AllowedOrigins.NONE, CorsReader::allowed);
    Value list = route.find("origins");
    if (tokenFrom.usesCookies() && (list == null || list.elements().isEmpty())) {
      route.report("origins", "none (expected: one or more, since a cookie holds the token)");
    }
    RouteBlocks blocks = RouteBlocks.of(route, defaults, identity);
    RouteChanges changes = changes(route, path, token, blocks.cors());
    if (requirement instanceof Requirement.Open && route.has("identity")) {
      route.report("identity", "never used (expected: require; a public route has no claims)");
    }
    if (reportOnly) {
      reportOnly(route, requirement, String.valueOf(name));
    }
    if (requirement instanceof Requirement.Open && route.has("tokenFrom")) {
      route.report("tokenFrom", "never used (expected: require; no token is looked at)");
    }
    if (requirement instanceof Requirement.Open && route.has("closeAtExpiry")) {
      route.report("closeAtExpiry", "never used (expected: require; no token is looked at)");
    }
    RatePolicy rate = route.orNull("rateLimit", v -> RateLimitReader.read(v, requirement));
    if (path == null || name == null || upstream == null || requirement == null) {
      return null;
    }
    var origin = new Origin(value.problems().file(), value.at().line());
    places.put(origin, value);
    return new RoutePlan(
        new Route(
            name,
            hosts,
            path,
            Set.copyOf(methods),
            catchesRest,
            upstream,
            requirement,
            token.equals("forward"),
            blocks.responseTimeout(),
            blocks.maxBody(),
            pathForm(route),
            origin),
        requirement instanceof Requirement.Open ? List.of() : blocks.identity(),
        blocks.cors(),
        tokenFrom,
        origins,
        reportOnly,
        changes,
        new RouteLimits(rate, blocks.concurrency(), closesAtExpiry));
  }

  private RouteChanges changes(
      Section route, @Nullable PathPattern path, String token, @Nullable CorsPolicy cors) {
    return new RouteChanges(
        route.or("rewrite", Rewrite.NONE, v -> RewriteReader.read(v, path)),
        route.or("requestHeaders", HeaderRules.NONE, v -> headerRules.ofRequest(v, token)),
        route.or("responseHeaders", HeaderRules.NONE, v -> headerRules.ofResponse(v, cors)));
  }

  private static PathForm pathForm(Section route) {
    return new PathForm(
        allowed(route, "encodedSlash", "opaque"),
        allowed(route, "emptySegments", "keep"),
        allowed(route, "pathParameters", "keep"));
  }

  private static boolean allowed(Section route, String key, String word) {
    return route.or(key, "refuse", v -> v.word(List.of("refuse", word))).equals(word);
  }

  private static void reportOnly(Section route, @Nullable Requirement requirement, String name) {
    if (requirement instanceof Requirement.Open) {
      route.report("mode", "report (expected: enforce; a public route refuses nobody)");
      return;
    }
    route.warn(
        "mode",
        "route "
            + name
            + " only reports: whoever its token or policy check refuses is let through");
  }

  /** Reports mistakes that only all routes together show. */
  void reportTogether(
      List<RoutePlan> plans, Map<String, List<String>> audiences, List<String> introspecting) {
    List<Route> routes = plans.stream().map(RoutePlan::route).toList();
    Stream.of(
            HeaderRulesReader.claimed(plans),
            RouteProblems.find(routes),
            RouteProblems.sharedAudiences(routes, audiences),
            RouteProblems.severalIntrospecting(routes, introspecting))
        .flatMap(List::stream)
        .forEach(problem -> report(problem, Problems::add));
    RouteProblems.slashes(routes).forEach(problem -> report(problem, Problems::warn));
  }

  /** Adds a problem or a warning. */
  private interface Adding {
    void add(Problems problems, Position at, String path, String message);
  }

  private void report(RouteProblem problem, Adding adding) {
    Value route = places.get(problem.origin());
    if (route == null) {
      throw new IllegalStateException("not a route of this file: " + problem);
    }
    int colon = problem.message().indexOf(": ");
    String key = problem.message().substring(0, colon);
    Position at =
        route.names("a route").stream()
            .filter(entry -> entry.name().equals(key))
            .map(entry -> entry.value().at())
            .findFirst()
            .orElse(route.at());
    adding.add(
        route.problems(),
        at,
        Shown.join(route.path(), key),
        problem.message().substring(colon + 2));
  }

  private static @Nullable PathPattern path(Value value) {
    String text = value.text("a path such as /api/**");
    if (text == null) {
      return null;
    }
    return switch (PathPattern.parse(text)) {
      case PathPattern.Valid(PathPattern pattern) -> pattern;
      case PathPattern.Invalid(String expected) -> {
        value.refuse(expected);
        yield null;
      }
    };
  }

  private static @Nullable HostPattern host(Value value) {
    String text = value.text("a host");
    if (text == null) {
      return null;
    }
    return switch (HostPattern.parse(text)) {
      case HostPattern.Valid(HostPattern pattern) -> pattern;
      case HostPattern.Invalid(String expected) -> {
        value.refuse(expected);
        yield null;
      }
    };
  }

  private @Nullable String upstream(Value value) {
    String name = value.text("the name of an upstream");
    if (name != null && !upstreams.isEmpty() && !upstreams.contains(name)) {
      value.refuseSaying("no such upstream; " + Suggestion.among(name, upstreams));
      return null;
    }
    return name;
  }

  /** The given name, else methods and path. */
  private @Nullable String name(Section route, @Nullable PathPattern path, List<String> methods) {
    String expected = "a name of printable ASCII without \" and \\, at most 200 characters";
    String name = route.orNull("name", v -> v.text(NAME, expected));
    if (!route.has("name") && path != null) {
      name = methods.isEmpty() ? path.text() : String.join(",", methods) + " " + path.text();
    }
    Value value = route.find("name");
    if (name != null) {
      names.take(name, value == null ? route.whole() : value);
    }
    return name;
  }
}
