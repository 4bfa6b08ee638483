package dev.bearward.cli;

import dev.bearward.app.Gateway;
import dev.bearward.app.ProcessLog;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.Surroundings;
import dev.bearward.config.WatchedConfiguration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bearward run} does: serves until SIGTERM or SIGINT, then drains; reloads on SIGHUP.
 */
final class Serving {
  private Serving() {}

  /** Serves what {@code file} says, or the variables without one; returns only when it cannot. */
  static int run(@Nullable Path file, PrintWriter err) throws InterruptedException {
    try {
      ProcessLog.install();
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return Exit.PROBLEM;
    }
    WatchedConfiguration watched =
        file == null ? null : new WatchedConfiguration(file, Surroundings.ofProcess());
    GatewaySettings settings =
        watched == null ? ConfigurationFile.read(file, err) : ConfigurationFile.read(watched, err);
    if (settings == null) {
      return Exit.PROBLEM;
    }
    Hangup hangup = Hangup.taken();
    Gateway gateway;
    try {
      gateway = Gateway.start(settings, System.out);
    } catch (IOException e) {
      err.println("bearward: " + e.getMessage());
      return Exit.COULD_NOT_START;
    }
    if (watched != null) {
      gateway.follow(watched);
    }
    hangup.react(gateway::reload);
    // A signal ends the JVM through its shutdown hooks; a drained end is a good one, so it says 0.
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("bearward-drain")
                .unstarted(() -> {
                  gateway.close();
                  Runtime.getRuntime().halt(Exit.FINE);
                }));
    new CountDownLatch(1).await();
    return Exit.FINE;
  }
}
