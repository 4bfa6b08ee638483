package dev.bearward.route;

import java.util.Comparator;
import java.util.List;

/** The order in which people read a route table: the most specific route first. */
public final class RouteOrder implements Comparator<Route> {
  /** Exact hosts, longer wildcards, any host; then paths segment by segment; then names. */
  public static final Comparator<Route> MOST_SPECIFIC_FIRST =
      new RouteOrder().thenComparing(Route::name);

  private RouteOrder() {}

  @Override
  public int compare(Route a, Route b) {
    int byHost = Integer.compare(hostRank(a.hosts()), hostRank(b.hosts()));
    return byHost != 0 ? byHost : comparePaths(a.path().segments(), b.path().segments());
  }

  private static int hostRank(List<HostPattern> hosts) {
    return hosts.stream()
        .mapToInt(host -> host.wildcard() ? 1_000 - Math.min(999, host.name().length()) : 0)
        .max()
        .orElse(Integer.MAX_VALUE);
  }

  private static int comparePaths(List<PathPattern.Segment> a, List<PathPattern.Segment> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int byKind = Integer.compare(rank(a.get(i)), rank(b.get(i)));
      if (byKind != 0) {
        return byKind;
      }
      int byText = text(a.get(i)).compareTo(text(b.get(i)));
      if (byText != 0) {
        return byText;
      }
    }
    return Integer.compare(b.size(), a.size());
  }

  private static int rank(PathPattern.Segment segment) {
    return switch (segment) {
      case PathPattern.Literal _ -> 0;
      case PathPattern.Name _ -> 1;
      case PathPattern.Rest _ -> 2;
    };
  }

  private static String text(PathPattern.Segment segment) {
    return segment instanceof PathPattern.Literal(String literal) ? literal : "";
  }
}
