package dev.bearward.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bearward run}: serves until SIGTERM or SIGINT, then drains; reloads on SIGHUP. */
@Command(
    name = "run",
    description = "Serves; reloads when its file changes and on SIGHUP; drains on SIGTERM.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationFile configuration = new ConfigurationFile();

  @Override
  public Integer call() throws InterruptedException {
    return Serving.run(configuration.file(), spec.commandLine().getErr());
  }
}
