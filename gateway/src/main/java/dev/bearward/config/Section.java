package dev.bearward.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A mapping whose keys are known. */
final class Section {
  private final Value mapping;
  private final Map<String, Value> values = new LinkedHashMap<>();

  private Section(Value mapping) {
    this.mapping = mapping;
  }

  /**
   * A key that is a name of the user's.
   *
   * @param at where the name stands
   */
  record Named(Position at, String name, Value value) {}

  /** A mapping of which the file says nothing; {@code outer} is what would hold it. */
  static Section none(Value outer) {
    return new Section(outer);
  }

  /** Takes the known keys and reports the others. */
  static Section of(Value mapping, Keys keys) {
    var section = new Section(mapping);
    for (Named entry : mapping.names("a mapping")) {
      if (keys.built().contains(entry.name())) {
        section.values.put(entry.name(), entry.value());
      } else {
        String message =
            keys.notBuilt().contains(entry.name())
                ? Keys.NOT_BUILT
                : "unknown key (" + Suggestion.among(entry.name(), keys.all()) + ")";
        mapping.problems().add(entry.at(), entry.value().path(), message);
      }
    }
    return section;
  }

  /** The mapping itself. */
  Value whole() {
    return mapping;
  }

  /** The value of a key, or null when the file does not say it. */
  @Nullable Value find(String key) {
    return values.get(key);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /**
   * Reports something about a key: at its value, or at the mapping when the default is at fault.
   */
  void report(String key, String message) {
    Value value = values.get(key);
    Position at = value == null ? mapping.at() : value.at();
    mapping.problems().add(at, Shown.join(mapping.path(), key), message);
  }

  /** Warns of what a key's value allows. */
  void warn(String key, String message) {
    Value value = values.get(key);
    Position at = value == null ? mapping.at() : value.at();
    mapping.problems().warn(at, Shown.join(mapping.path(), key), message);
  }

  /** What the value of a key that must be there becomes; when it is not there, that is reported. */
  <T> @Nullable T need(String key, String expected, Function<Value, @Nullable T> read) {
    Value value = values.get(key);
    if (value == null) {
      report(key, "missing (expected: " + expected + ")");
      return null;
    }
    return read.apply(value);
  }

  /** What a key's value becomes, or the default when the file does not say it or says it wrong. */
  <T> T or(String key, T otherwise, Function<Value, @Nullable T> read) {
    T result = orNull(key, read);
    return result == null ? otherwise : result;
  }

  /** What a key's value becomes, or null when the file does not say it or says it wrong. */
  <T> @Nullable T orNull(String key, Function<Value, @Nullable T> read) {
    Value value = values.get(key);
    return value == null ? null : read.apply(value);
  }

  /** A mapping inside, or an empty one when the file does not say it. */
  Section inner(String key, Keys keys) {
    Section section = orNull(key, value -> value.section(keys));
    return section == null
        ? new Section(
            new Value(mapping.node(), Shown.join(mapping.path(), key), mapping.problems()))
        : section;
  }
}
