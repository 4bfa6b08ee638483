package dev.bearward.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known name nearest to a mistyped one. */
final class Suggestion {
  private static final int LONGEST_NAME = 64;
  private static final int MOST_LISTED = 30;

  private Suggestion() {}

  /** The nearest of the names, when it is near enough for a slip of the fingers. */
  static Optional<String> near(String written, Collection<String> names) {
    if (written.isEmpty() || written.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    int most = Math.max(1, written.length() / 3);
    String lower = written.toLowerCase(Locale.ROOT);
    return names.stream()
        .filter(name -> Math.abs(name.length() - written.length()) <= most)
        .filter(name -> distance(lower, name.toLowerCase(Locale.ROOT)) <= most)
        .min(
            Comparator.comparingInt(
                (String name) -> distance(lower, name.toLowerCase(Locale.ROOT))));
  }

  /** What a message adds: the nearest name, else all names when they are few. */
  static String among(String written, Collection<String> names) {
    return near(written, names)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(() ->
            names.size() > MOST_LISTED
                ? "expected: one of the " + names.size() + " there are"
                : "expected: " + String.join(", ", names));
  }

  /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
  static int distance(String from, String to) {
    int[][] costs = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        costs[i][j] = i == 0 || j == 0 ? i + j : cost(costs, from, to, i, j);
      }
    }
    return costs[from.length()][to.length()];
  }

  private static int cost(int[][] costs, String from, String to, int i, int j) {
    int replace = costs[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replace, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(least, costs[i - 2][j - 2] + 1) : least;
  }
}
