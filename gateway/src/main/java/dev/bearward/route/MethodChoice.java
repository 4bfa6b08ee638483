package dev.bearward.route;

import dev.bearward.route.RouteTable.Matched;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of one host and path pattern, told apart by method. */
final class MethodChoice {
  private final List<String> methods = new ArrayList<>();
  private final List<Matched> takers = new ArrayList<>();
  private @Nullable Matched everyOther;

  /** Adds a route; the first to claim a method keeps it. Returns the route it collides with. */
  @Nullable Route add(Matched match) {
    Route route = match.route();
    Matched rival = everyOther;
    if (route.methods().isEmpty()) {
      rival = everyOther != null ? everyOther : takers.isEmpty() ? null : takers.getFirst();
      everyOther = everyOther != null ? everyOther : match;
    }
    for (String method : route.methods()) {
      int at = methods.indexOf(method);
      if (at < 0) {
        methods.add(method);
        takers.add(match);
      } else {
        rival = takers.get(at);
      }
    }
    return rival == null ? null : rival.route();
  }

  /** The route that takes the method, or null. */
  @Nullable Matched take(String method) {
    for (int i = 0; i < methods.size(); i++) {
      if (methods.get(i).equals(method)) {
        return takers.get(i);
      }
    }
    return everyOther;
  }

  /** Adds each route once. */
  void addTo(List<Matched> into) {
    for (Matched taker : takers) {
      if (!into.contains(taker)) {
        into.add(taker);
      }
    }
    if (everyOther != null) {
      into.add(everyOther);
    }
  }
}
