package dev.bearward.benchmarks.jmh;

import dev.bearward.http.CanonicalPath;
import dev.bearward.policy.Requirement;
import dev.bearward.route.Origin;
import dev.bearward.route.PathPattern;
import dev.bearward.route.Route;
import dev.bearward.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Finding a request's route among 10, 1,000 or 10,000, of which every fourth has a {@code {name}}
 * segment and every fourth ends in {@code **}; 256 different requests in turn. {@code parse} is
 * making the canonical path, {@code match} that and the look-up.
 *
 * <p>{@code benchmarks/jmh.sh RouteMatch}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteMatch {
  private static final int REQUESTS = 256;

  @Param({"10", "1000", "10000"})
  private int routes;

  private RouteTable table;
  private String[] targets;
  private int at;

  @Setup
  public void prepare() {
    var all = new ArrayList<Route>();
    for (int i = 0; i < routes; i++) {
      all.add(route(i));
    }
    table = RouteTable.of(all);
    targets = new String[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      int route = (int) (i * 2_654_435_761L % routes);
      targets[i] = "/api/service" + route + "/items/" + i + "/detail";
      if (!(table.match("api.example.com", path(targets[i]), "GET")
          instanceof RouteTable.Matched)) {
        throw new IllegalStateException(targets[i] + ": no route (expected: one)");
      }
    }
  }

  private static Route route(int number) {
    String prefix = "/api/service" + number;
    String path =
        switch (number % 4) {
          case 0 -> prefix + "/items/{item}/detail";
          case 1 -> prefix + "/**";
          default -> prefix + "/items/**";
        };
    return new Route(
        "route" + number,
        List.of(),
        pattern(path),
        Set.of("GET", "HEAD"),
        false,
        "upstream",
        new Requirement.Token(Set.of(), Set.of(), List.of("read"), List.of(), List.of()),
        false,
        null,
        null,
        new Origin("benchmark", number + 1));
  }

  private static PathPattern pattern(String text) {
    return switch (PathPattern.parse(text)) {
      case PathPattern.Valid(PathPattern pattern) -> pattern;
      case PathPattern.Invalid(String expected) ->
          throw new IllegalStateException(text + " (expected: " + expected + ")");
    };
  }

  private static CanonicalPath path(String target) {
    return switch (CanonicalPath.parse(target)) {
      case CanonicalPath.Canonical(CanonicalPath path) -> path;
      case CanonicalPath.Ambiguous(String why) -> throw new IllegalStateException(why);
    };
  }

  private String next() {
    at = (at + 1) % REQUESTS;
    return targets[at];
  }

  @Benchmark
  public CanonicalPath parse() {
    return path(next());
  }

  @Benchmark
  public RouteTable.Match match() {
    return table.match("api.example.com", path(next()), "GET");
  }
}
