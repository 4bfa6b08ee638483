package dev.bearward.app;

import dev.bearward.access.DecisionChecks;
import dev.bearward.access.RoutePlan;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Places;
import dev.bearward.http.Check;
import dev.bearward.http.Check.Setting;
import dev.bearward.http.Check.Standing;
import dev.bearward.http.Reason;
import dev.bearward.token.IssuerSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks in columns: how each stands, its name, what decided, and the line of the file. */
final class CheckLines {
  /** Blocks that may stand in {@code defaults} instead of a route. */
  private static final Set<String> SHARED = Set.of("cors", "timeouts", "limits", "identity");

  private static final String ROW = "%-12s%-26s%s";

  private final GatewaySettings settings;
  private final Places places;

  CheckLines(GatewaySettings settings, Places places) {
    this.settings = settings;
    this.places = places;
  }

  List<String> of(List<Check> checks) {
    var lines = new ArrayList<String>();
    for (Check check : checks) {
      Setting setting = check.setting();
      String place = setting == null ? "" : "  [" + place(setting) + "]";
      lines.add(ROW.formatted(word(check.standing()), check.name(), check.value() + place));
    }
    if (!checks.isEmpty() && checks.getLast().standing() == Standing.FAIL) {
      notReached(checks, lines);
      hint(checks.getLast(), lines);
    }
    return lines;
  }

  private static String word(Standing standing) {
    return switch (standing) {
      case PASS -> "pass";
      case FAIL -> "FAIL";
      case NOT_REACHED -> "not reached";
      case NOT_JUDGED -> "not judged";
    };
  }

  /** The checks of a token that come after the one that failed. */
  private static void notReached(List<Check> checks, List<String> lines) {
    var seen = new HashSet<String>();
    checks.forEach(check -> seen.add(check.name()));
    List<String> order = DecisionChecks.ORDER.stream().map(Reason::label).toList();
    int last = seen.stream().mapToInt(order::indexOf).max().orElse(-1);
    if (last >= 0) {
      order.stream()
          .skip(last + 1L)
          .forEach(name -> lines.add(ROW.formatted(word(Standing.NOT_REACHED), name, "").strip()));
    }
  }

  private static void hint(Check failed, List<String> lines) {
    if (failed.name().equals(Reason.KEYS_UNAVAILABLE.label())) {
      lines.add("hint: nothing is fetched here; give the issuer's key set with --keys FILE");
    }
  }

  private String place(Setting setting) {
    String item =
        switch (setting.owner()) {
          case ISSUER ->
              "issuers["
                  + settings.issuers().stream()
                      .map(IssuerSettings::name)
                      .toList()
                      .indexOf(setting.name())
                  + "]";
          case ROUTE ->
              "routes["
                  + settings.routes().stream()
                      .map(RoutePlan::route)
                      .map(route -> route.name())
                      .toList()
                      .indexOf(setting.name())
                  + "]";
        };
    String path = setting.key().isEmpty() ? item : item + "." + setting.key();
    String shared = "defaults." + setting.key();
    return SHARED.contains(setting.key()) && !places.has(path) && places.has(shared)
        ? places.of(shared)
        : places.of(path);
  }
}
