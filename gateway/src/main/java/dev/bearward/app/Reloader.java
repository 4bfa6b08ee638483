package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Problem;
import dev.bearward.config.Reading;
import dev.bearward.config.WatchedConfiguration;
import dev.bearward.observe.ConfigMeters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again when its files change, or when it is told to. What is bad is never
 * used, in no part; it is told once, and only when it stays so for one look, so that a file which
 * is just being written is no fault. All looks are those of one thread.
 */
final class Reloader {
  /** How often files are looked at. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  /** Takes a configuration into use. */
  interface Change {
    /**
     * Changes to it, as a whole or not at all.
     *
     * @return lines to be logged
     */
    List<String> to(GatewaySettings settings) throws IOException;
  }

  private final WatchedConfiguration configuration;
  private final Change change;
  private final ConfigMeters meters;

  /** What was bad at the last look, and was not told yet. */
  private @Nullable List<String> untold;

  Reloader(WatchedConfiguration configuration, Change change, ConfigMeters meters) {
    this.configuration = configuration;
    this.change = change;
    this.meters = meters;
  }

  /** Looks at the files now and then. */
  void watch(ScheduledExecutorService files, Duration interval) {
    long nanos = interval.toNanos();
    var _ = files.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** Reads everything anew, changed or not; returns at once. */
  void demand(ScheduledExecutorService files) {
    try {
      files.execute(() -> guarded(this::reread));
    } catch (RejectedExecutionException closing) {
      LOG.info("configuration not read again: the gateway stops");
    }
  }

  void look() {
    guarded(() -> {
      if (configuration.changed()) {
        untold = read();
      } else if (untold != null) {
        tell(untold);
        untold = null;
      }
    });
  }

  private void reread() {
    if (!configuration.isRereadable()) {
      LOG.warn("{} cannot be read again (expected: a regular file)", configuration.file());
      return;
    }
    untold = null;
    List<String> problems = read();
    if (problems != null) {
      tell(problems);
    }
  }

  /** What is wrong, or null when the configuration is in use. */
  private @Nullable List<String> read() {
    return switch (configuration.read()) {
      case Reading.Rejected(var problems) -> problems.stream().map(Problem::toString).toList();
      case Reading.Loaded(GatewaySettings settings, var warnings, var _) ->
          taken(settings, warnings);
    };
  }

  private @Nullable List<String> taken(GatewaySettings settings, List<Problem> warnings) {
    try {
      List<String> lines = change.to(settings);
      warnings.forEach(warning -> LOG.warn("{}", warning));
      lines.forEach(line -> LOG.warn("{}: {}", configuration.file(), line));
      return null;
    } catch (IOException e) {
      return List.of(configuration.file() + ": " + e.getMessage());
    }
  }

  private void tell(List<String> problems) {
    meters.bad();
    problems.forEach(problem -> LOG.error("{}", problem));
    LOG.error(
        "configuration NOT reloaded, the last good one is in use: {}: {}",
        configuration.file(),
        problems.size() == 1 ? "1 problem" : problems.size() + " problems");
  }

  /** A bug in one look must not keep the next from coming. */
  private void guarded(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException bug) {
      meters.bad();
      LOG.error("configuration NOT reloaded, the last good one is in use: internal error", bug);
    }
  }
}
