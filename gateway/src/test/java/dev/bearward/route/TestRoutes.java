package dev.bearward.route;

import dev.bearward.policy.Requirement;
import java.util.List;
import java.util.Set;

/** Routes for tests. */
public final class TestRoutes {
  /** A valid token and nothing more. */
  public static final Requirement ANY_TOKEN =
      new Requirement.Token(Set.of(), Set.of(), List.of(), List.of(), List.of());

  private final String path;
  private String name;
  private List<HostPattern> hosts = List.of();
  private Set<String> methods = Set.of();
  private boolean catchesRest;
  private String upstream = "up";
  private Requirement requirement = ANY_TOKEN;
  private int line = 1;

  private TestRoutes(String path) {
    this.path = path;
    this.name = path;
  }

  /** A route that demands a token, for every host and method. */
  public static TestRoutes path(String path) {
    return new TestRoutes(path);
  }

  /** A pattern, which must be valid. */
  public static PathPattern pattern(String text) {
    return switch (PathPattern.parse(text)) {
      case PathPattern.Valid(PathPattern pattern) -> pattern;
      case PathPattern.Invalid(String expected) ->
          throw new AssertionError(text + ": expected " + expected);
    };
  }

  /** A host pattern, which must be valid. */
  public static HostPattern host(String text) {
    return switch (HostPattern.parse(text)) {
      case HostPattern.Valid(HostPattern pattern) -> pattern;
      case HostPattern.Invalid(String expected) ->
          throw new AssertionError(text + ": expected " + expected);
    };
  }

  /** Sets the name. */
  public TestRoutes name(String value) {
    name = value;
    return this;
  }

  /** Sets the hosts. */
  public TestRoutes hosts(String... values) {
    hosts = List.of(values).stream().map(TestRoutes::host).toList();
    return this;
  }

  /** Sets the methods. */
  public TestRoutes methods(String... values) {
    methods = Set.of(values);
    return this;
  }

  /** Lets it catch methods that others leave out. */
  public TestRoutes catchesRest() {
    catchesRest = true;
    return this;
  }

  /** Sets the upstream. */
  public TestRoutes upstream(String value) {
    upstream = value;
    return this;
  }

  /** Demands no token. */
  public TestRoutes open() {
    return requires(new Requirement.Open());
  }

  /** Demands these scopes. */
  public TestRoutes scopes(String... values) {
    return requires(
        new Requirement.Token(Set.of(), Set.of(), List.of(values), List.of(), List.of()));
  }

  /** Sets what it demands. */
  public TestRoutes requires(Requirement value) {
    requirement = value;
    return this;
  }

  /** Sets its line in the file. */
  public TestRoutes line(int value) {
    line = value;
    return this;
  }

  /** The route. */
  public Route route() {
    return new Route(
        name,
        hosts,
        pattern(path),
        methods,
        catchesRest,
        upstream,
        requirement,
        false,
        null,
        null,
        new Origin("bearward.yaml", line));
  }
}
