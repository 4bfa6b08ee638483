package dev.bearward.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Entry point of the process. */
public final class Main {
  private Main() {}

  /** Runs a command; the exit code is 0, 1, 2 or 3 as {@link Exit} says. */
  public static void main(String[] args) throws InterruptedException {
    RunLine run = RunLine.of(List.of(args));
    System.exit(run != null ? serve(run) : Bearward.execute(args));
  }

  private static int serve(RunLine run) throws InterruptedException {
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    try {
      return Serving.run(run.file(), err);
    } catch (RuntimeException e) {
      err.println("bearward: " + e);
      return Exit.COULD_NOT_START;
    }
  }
}
