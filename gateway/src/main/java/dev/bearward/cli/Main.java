package dev.bearward.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bearward}. */
@Command(
    name = "bearward",
    description = "Lets only requests with a valid Bearer token through to an API.",
    subcommands = {RunCommand.class, CheckCommand.class, VersionCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class,
    scope = CommandLine.ScopeType.INHERIT)
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Entry point; the exit code is 0, 1, 2 or 3 as {@link Exit} says. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    return new CommandLine(new Main())
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
