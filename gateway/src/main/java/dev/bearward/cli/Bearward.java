package dev.bearward.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bearward} with all its commands, read by the general parser. */
@Command(
    name = "bearward",
    description = "Lets only requests with a valid Bearer token through to an API.",
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      VersionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class,
    scope = CommandLine.ScopeType.INHERIT)
final class Bearward implements Runnable {
  @Spec private CommandSpec spec;

  static int execute(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new CommandLine(new Bearward())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler((failure, command, result) -> {
          command.getErr().println("bearward: " + failure);
          return Exit.COULD_NOT_START;
        });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "missing COMMAND");
  }
}
