package dev.bearward.app;

import dev.bearward.access.RoutePlan;
import dev.bearward.admin.GatewayView.Demand;
import dev.bearward.admin.GatewayView.RouteState;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.route.HostPattern;
import dev.bearward.route.Route;
import dev.bearward.route.RouteOrder;
import dev.bearward.token.ClaimWords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The effective route table as people read it, on the admin port and from {@code check}. */
final class RouteStates {
  private RouteStates() {}

  static List<RouteState> of(List<RoutePlan> plans) {
    return plans.stream()
        .map(RoutePlan::route)
        .sorted(RouteOrder.MOST_SPECIFIC_FIRST)
        .map(RouteStates::state)
        .toList();
  }

  private static RouteState state(Route route) {
    return new RouteState(
        route.name(),
        route.hosts().stream().map(HostPattern::toString).toList(),
        route.path().text(),
        route.methods().stream().sorted().toList(),
        route.upstream(),
        demand(route.requirement()),
        route.origin().toString());
  }

  private static @Nullable Demand demand(Requirement requirement) {
    return switch (requirement) {
      case Requirement.Open _ -> null;
      case Requirement.Token token ->
          new Demand(
              token.issuers().stream().sorted().toList(),
              token.audiences().stream().sorted().toList(),
              token.scopes(),
              token.anyScope(),
              token.claims().stream().map(ClaimWords::of).toList(),
              token.stepUp() == null ? List.of() : authentication(token.stepUp()));
    };
  }

  private static List<String> authentication(StepUp demand) {
    var parts = new ArrayList<String>();
    if (!demand.acrValues().isEmpty()) {
      parts.add("acr " + String.join("|", demand.acrValues()));
    }
    Duration maxAge = demand.maxAge();
    if (maxAge != null) {
      parts.add("at most " + maxAge.toSeconds() + " s ago");
    }
    return parts;
  }

  /** One line a route, in columns. */
  static List<String> lines(List<RoutePlan> plans) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("HOST", "PATH", "METHODS", "UPSTREAM", "DEMANDS", "NAME", "FROM"));
    for (RouteState route : of(plans)) {
      rows.add(
          List.of(
              route.hosts().isEmpty() ? "any" : String.join(",", route.hosts()),
              route.path(),
              route.methods().isEmpty() ? "any" : String.join(",", route.methods()),
              route.upstream(),
              demandText(route.demand()),
              route.name(),
              route.origin()));
    }
    return aligned(rows);
  }

  private static String demandText(@Nullable Demand demand) {
    if (demand == null) {
      return "nothing (public)";
    }
    var parts = new ArrayList<String>();
    part(parts, "issuer", demand.issuers(), "|");
    part(parts, "audience", demand.audiences(), "|");
    part(parts, "scopes", demand.scopes(), "+");
    part(parts, "any scope", demand.anyScope(), "|");
    part(parts, "claims", demand.claims(), " and ");
    part(parts, "authentication", demand.authentication(), " and ");
    return parts.isEmpty() ? "a valid token" : String.join("; ", parts);
  }

  private static void part(List<String> parts, String what, List<String> values, String joint) {
    if (!values.isEmpty()) {
      parts.add(what + " " + String.join(joint, values));
    }
  }

  private static List<String> aligned(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var lines = new ArrayList<String>();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
