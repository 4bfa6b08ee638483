package dev.bearward.app;

import dev.bearward.observe.Logging;
import org.jspecify.annotations.Nullable;

/** The log of the process, on standard error. */
public final class ProcessLog {
  private ProcessLog() {}

  /**
   * Begins to log at the level that {@value Logging#LEVEL_VARIABLE} names.
   *
   * @throws IllegalArgumentException when it names none
   */
  public static void install() {
    install(System.getenv(Logging.LEVEL_VARIABLE));
  }

  /** Begins to log errors only, for commands whose output is their own. */
  public static void installQuiet() {
    install("error");
  }

  private static void install(@Nullable String level) {
    Logging.install(System.err, level);
  }
}
