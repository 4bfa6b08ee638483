package dev.bearward.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The real gateway as a process of its own, started as a user would start it. */
final class GatewayProcess implements AutoCloseable {
  private static final int KEPT_LINES = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How to start it; the options are an argument file for the JVM. */
  record Command(Path jar, Path config, Optional<Path> jvmOptions) {
    List<String> words() {
      List<String> words = new ArrayList<>();
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      jvmOptions.ifPresent(file -> words.add("@" + file));
      words.addAll(List.of("-jar", jar.toString(), "run", "-c", config.toString()));
      return words;
    }
  }

  private final Process process;
  private final Thread reader;
  private final Deque<String> lastLines = new ArrayDeque<>();

  private GatewayProcess(Process process, Consumer<String> log) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(() -> read(log));
  }

  /** Every line that it prints goes to {@code log}, the last ones are kept. */
  static GatewayProcess start(
      Command command, Map<String, String> environment, Consumer<String> log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command.words());
    // The three-variable start, if the person uses it elsewhere, excludes a configuration file.
    builder.environment().keySet().removeIf(name -> name.startsWith("BEARWARD_"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    return new GatewayProcess(process, log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until it ends, by itself or by {@link #close()}. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
    reader.join(PATIENCE);
  }

  /** How it ended and what it said last. */
  String lastWords() {
    synchronized (lastLines) {
      String said = lastLines.isEmpty() ? "  (it printed nothing)" : String.join("\n", lastLines);
      return "exit code " + process.exitValue() + ". Its last lines:\n" + said;
    }
  }

  /** SIGTERM, then time to drain, then the end. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException hurry) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read(Consumer<String> log) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        keep(line);
        log.accept(line);
      }
    } catch (IOException | UncheckedIOException closed) {
      keep("(output lost: " + closed.getMessage() + ")");
    }
  }

  private void keep(String line) {
    synchronized (lastLines) {
      lastLines.addLast("  " + line);
      if (lastLines.size() > KEPT_LINES) {
        lastLines.removeFirst();
      }
    }
  }
}
