package dev.bearward.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file, and the warnings. */
final class Problems {
  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  private final String file;
  private final List<Problem> found = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }

  void add(Position at, String path, String message) {
    found.add(new Problem(file, at.line(), at.column(), path, message));
  }

  void warn(Position at, String path, String message) {
    warnings.add(new Problem(file, at.line(), at.column(), path, message));
  }

  boolean none() {
    return found.isEmpty();
  }

  /** Whether nothing at that key or below is wrong, nor the file as a whole. */
  boolean noneUnder(String key) {
    return found.stream()
        .noneMatch(problem -> problem.path().isEmpty() || problem.path().startsWith(key));
  }

  /** All problems by position; those at one place in the order they were found. */
  List<Problem> sorted() {
    return found.stream().sorted(BY_POSITION).toList();
  }

  List<Problem> warnings() {
    return warnings.stream().sorted(BY_POSITION).toList();
  }
}
