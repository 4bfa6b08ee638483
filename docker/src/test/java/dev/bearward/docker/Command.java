package dev.bearward.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end. */
record Command(List<String> line, Map<String, String> environment) {
  private static final int LIMIT_MINUTES = 3;

  static Command of(String... line) {
    return new Command(List.of(line), Map.of());
  }

  /** Whether it ran and said 0. */
  boolean works() throws InterruptedException {
    try {
      run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it printed; a failure holds that too. */
  String run() throws IOException, InterruptedException {
    Path output = Files.createTempFile("bearward-command", ".log");
    try {
      var builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(line + ": did not end");
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(line + ": exit code " + process.exitValue() + "\n" + text);
      }
      return text;
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
