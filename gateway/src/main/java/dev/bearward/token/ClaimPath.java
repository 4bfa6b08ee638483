package dev.bearward.token;

import java.util.List;

/**
 * Where a claim stands: one exact name (dots and URLs included) or a path of nested names.
 *
 * @param names from the top level inwards; at least one
 */
public record ClaimPath(List<String> names) {
  public ClaimPath {
    names = List.copyOf(names);
    if (names.isEmpty() || names.contains("")) {
      throw new IllegalArgumentException(
          "claim: " + names + " (expected: names that are not empty)");
    }
  }

  /** A top-level claim of that exact name. */
  public static ClaimPath of(String name) {
    return new ClaimPath(List.of(name));
  }

  @Override
  public String toString() {
    return names.size() == 1 ? names.getFirst() : names.toString();
  }
}
