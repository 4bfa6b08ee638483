package dev.bearward.cli;

import dev.bearward.app.Gateway;
import dev.bearward.app.ProcessLog;
import dev.bearward.config.GatewaySettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bearward run}: serves until SIGTERM or SIGINT, then drains. */
@Command(name = "run", description = "Serves; drains on SIGTERM.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationFile configuration = new ConfigurationFile();

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    try {
      ProcessLog.install();
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return Exit.PROBLEM;
    }
    GatewaySettings settings = configuration.read(err);
    if (settings == null) {
      return Exit.PROBLEM;
    }
    Gateway gateway;
    try {
      gateway = Gateway.start(settings, System.out);
    } catch (IOException e) {
      err.println("bearward: " + e.getMessage());
      return Exit.COULD_NOT_START;
    }
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
