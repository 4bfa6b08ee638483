package dev.bearward.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Names that must differ from each other. */
final class Taken {
  private final String what;
  private final Map<String, Position> places = new LinkedHashMap<>();

  Taken(String what) {
    this.what = what;
  }

  /** Takes a name, or reports that the value has or makes one that is taken. */
  void take(String name, Value value) {
    Position before = places.putIfAbsent(name, value.at());
    if (before != null) {
      value
          .problems()
          .add(
              value.at(),
              value.path(),
              Shown.text(name)
                  + " (expected: "
                  + what
                  + " of its own; line "
                  + before.line()
                  + " has that one)");
    }
  }

  Set<String> all() {
    return places.keySet();
  }
}
