package dev.bearward.config;

import java.util.List;

/** What reading a configuration comes to: all of it, or all that is wrong with it. */
public sealed interface Reading {
  /**
   * The configuration has no problem.
   *
   * @param settings all of it
   * @param warnings what is allowed but should be known, by position
   * @param places where its keys stand
   */
  record Loaded(GatewaySettings settings, List<Problem> warnings, Places places)
      implements Reading {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The configuration cannot be used.
   *
   * @param problems all of them, by position; at least one
   */
  record Rejected(List<Problem> problems) implements Reading {
    public Rejected {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("problems: none (expected: at least one)");
      }
    }
  }
}
