package dev.bearward.cli;

import dev.bearward.app.Inspection;
import dev.bearward.app.ProcessLog;
import dev.bearward.config.GatewaySettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bearward check}: all problems of a configuration, or its effective route table. */
@Command(
    name = "check",
    description = "Prints every problem of the configuration, or the effective route table.")
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigurationFile configuration = new ConfigurationFile();

  @Option(names = "--online", description = "Fetches every issuer's keys too.")
  private boolean online;

  @Override
  public Integer call() throws IOException {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    GatewaySettings settings = configuration.read(err);
    if (settings == null) {
      return Exit.PROBLEM;
    }
    Inspection.routeTable(settings).forEach(out::println);
    if (!online) {
      return Exit.FINE;
    }
    ProcessLog.installQuiet();
    boolean fine = true;
    for (Inspection.Issuer issuer : List.copyOf(Inspection.issuers(settings))) {
      out.println(issuer.line());
      fine &= issuer.hasKeys();
    }
    return fine ? Exit.FINE : Exit.PROBLEM;
  }
}
