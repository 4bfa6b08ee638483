package dev.bearward.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command line that says {@code run} and at most names the file. Every start of a container is
 * one of these, and the general parser takes a third of a second of cpu time to be ready, so these
 * are read without it. Whatever is not exactly one of these is left to it, mistakes included.
 */
record RunLine(@Nullable Path file) {

  /** That line, or null when the general parser has to read it. */
  static @Nullable RunLine of(List<String> arguments) {
    if (arguments.isEmpty() || !arguments.getFirst().equals("run")) {
      return null;
    }
    if (arguments.size() == 1) {
      return new RunLine(null);
    }
    String option = arguments.get(1);
    boolean named = arguments.size() == 3 && (option.equals("-c") || option.equals("--config"));
    String name = named ? arguments.get(2) : "";
    // These characters have a meaning of their own in the general parser.
    if (name.isEmpty() || "-@\"'".indexOf(name.charAt(0)) >= 0) {
      return null;
    }
    try {
      return new RunLine(Path.of(name));
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
