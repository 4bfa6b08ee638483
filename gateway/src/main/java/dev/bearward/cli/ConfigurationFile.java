package dev.bearward.cli;

import dev.bearward.config.Configuration;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Problem;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.config.WatchedConfiguration;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code -c}, and the reading of what it names. */
final class ConfigurationFile {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "The configuration file; without it BEARWARD_ISSUER, BEARWARD_AUDIENCE and"
              + " BEARWARD_UPSTREAM are the configuration.")
  private @Nullable Path file;

  /** The file, or null when the variables are the configuration. */
  @Nullable Path file() {
    return file;
  }

  /** Reads it; prints warnings and problems, one a line, and is null when there is a problem. */
  @Nullable GatewaySettings read(PrintWriter err) {
    return read(file, err);
  }

  /** The same for that file, or for the variables without one. */
  static @Nullable GatewaySettings read(@Nullable Path file, PrintWriter err) {
    Reading.Loaded loaded = load(file, err);
    return loaded == null ? null : loaded.settings();
  }

  /** The same of a file that is read more than once. */
  static @Nullable GatewaySettings read(WatchedConfiguration watched, PrintWriter err) {
    Reading.Loaded loaded = loaded(watched.read(), err);
    return loaded == null ? null : loaded.settings();
  }

  /** The same, with all that is known of the file. */
  Reading.@Nullable Loaded load(PrintWriter err) {
    return load(file, err);
  }

  private static Reading.@Nullable Loaded load(@Nullable Path file, PrintWriter err) {
    return loaded(new Configuration(Surroundings.ofProcess()).load(file), err);
  }

  private static Reading.@Nullable Loaded loaded(Reading reading, PrintWriter err) {
    return switch (reading) {
      case Reading.Loaded loaded -> {
        for (Problem warning : loaded.warnings()) {
          err.println("warning: " + warning);
        }
        yield loaded;
      }
      case Reading.Rejected(var problems) -> {
        for (Problem problem : problems) {
          err.println(problem);
        }
        err.println(problems.size() == 1 ? "1 problem" : problems.size() + " problems");
        yield null;
      }
    };
  }
}
