package dev.bearward.cli;

/** Exit codes of all commands. */
final class Exit {
  static final int FINE = 0;

  /** A problem in the input, such as the configuration. */
  static final int PROBLEM = 1;

  /** Wrong usage of the command line; picocli's own code for it. */
  static final int USAGE = 2;

  static final int COULD_NOT_START = 3;

  private Exit() {}
}
