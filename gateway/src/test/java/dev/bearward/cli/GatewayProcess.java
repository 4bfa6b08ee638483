package dev.bearward.cli;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The gateway as a process of its own, as a user runs it; its output goes to a file. */
final class GatewayProcess implements AutoCloseable {
  private final Process process;
  private final Path output;

  private GatewayProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts {@code bearward} with those arguments on the JVM and class path of the tests. */
  static GatewayProcess start(Path directory, List<String> jvmOptions, String... arguments)
      throws IOException {
    return start(directory, jvmOptions, Map.of(), arguments);
  }

  /** The same with environment variables. */
  static GatewayProcess start(
      Path directory, List<String> jvmOptions, Map<String, String> environment, String... arguments)
      throws IOException {
    String classPath = System.getProperty("java.class.path");
    return start(directory, List.of(), classPath, jvmOptions, environment, arguments);
  }

  /**
   * The same with so many file descriptors at most, and its classes in a jar, as they are shipped:
   * a class in a folder takes a descriptor to be loaded.
   */
  static GatewayProcess limited(
      Path directory, int descriptors, List<String> jvmOptions, String... arguments)
      throws IOException {
    List<String> shell = List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh");
    var classPath = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      classPath.add(Files.isDirectory(path) ? packed(directory, path).toString() : entry);
    }
    String joined = String.join(File.pathSeparator, classPath);
    return start(directory, shell, joined, jvmOptions, Map.of(), arguments);
  }

  private static Path packed(Path directory, Path folder) throws IOException {
    Path jar = Files.createTempFile(directory, "classes", ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  private static GatewayProcess start(
      Path directory,
      List<String> before,
      String classPath,
      List<String> jvmOptions,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    var command = new ArrayList<String>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-cp");
    command.add(classPath);
    command.add("dev.bearward.cli.Main");
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "gateway", ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new GatewayProcess(builder.start(), output);
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** All it printed so far. */
  String output() throws IOException {
    return Files.readString(output);
  }

  /** Waits until its output holds that text. */
  void awaitOutput(String text, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!output().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("waited for \"" + text + "\", got:\n" + output());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Sends SIGHUP. */
  void hangUp() throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()));
    int exit = kill.inheritIO().start().waitFor();
    if (exit != 0) {
      throw new AssertionError("kill: exit " + exit);
    }
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end and returns the exit code. */
  int awaitExit(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + limit + ":\n" + output());
    }
    return process.exitValue();
  }

  /** Highest resident memory so far, in bytes (Linux). */
  long peakResidentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("VmHWM: missing");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(15, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      process.destroyForcibly().onExit().join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
