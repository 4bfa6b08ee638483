package dev.bearward.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Redis of the test's own, on a free port of 127.0.0.1, that keeps nothing on disk. */
public final class RedisServer implements AutoCloseable {
  private static final String PROGRAM = System.getProperty("bearward.redis", "");

  private final Path folder;
  private final List<String> more;
  private final int port;
  private Process process;

  private RedisServer(Path folder, List<String> more) {
    this.folder = folder;
    this.more = more;
    this.port = freePort();
    this.process = run();
  }

  /**
   * Starts one; without the program the test is skipped, and says so.
   *
   * @param folder where it may work
   * @param more settings, each a name and its value
   */
  public static RedisServer start(Path folder, String... more) {
    assumeFalse(PROGRAM.isEmpty(), "bearward.redis is not set: nothing is shared through a Redis");
    return new RedisServer(folder, List.of(more));
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process run() {
    var line = new ArrayList<>(List.of(PROGRAM, "--port", Integer.toString(port)));
    line.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
    line.addAll(List.of("--dir", folder.toString()));
    line.addAll(more);
    try {
      Process started =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("redis-" + port + ".log").toFile())
              .start();
      Eventually.await("Redis on port " + port, this::answers);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean answers() {
    try {
      return !command("PING").isEmpty();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Ends it at once, as the kernel does. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again, empty, on the same port. */
  public void restart() {
    process = run();
  }

  /** Its connections stay, and nothing answers on them. */
  public void hang() {
    signal("-STOP");
  }

  /** It goes on after {@link #hang}. */
  public void goOn() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends one command on a connection of its own and gives all of the answer, as it comes. */
  public String command(String... words) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      var request = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        int length = word.getBytes(StandardCharsets.UTF_8).length;
        request.append('$').append(length).append("\r\n").append(word).append("\r\n");
      }
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      return reply(new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reply(InputStream in) throws IOException {
    String head = line(in);
    return switch (head.isEmpty() ? ' ' : head.charAt(0)) {
      case '$' -> {
        int length = Integer.parseInt(head.substring(1));
        yield length < 0
            ? "(nil)"
            : new String(in.readNBytes(length + 2), StandardCharsets.UTF_8).stripTrailing();
      }
      case '*' -> {
        var all = new ArrayList<String>();
        for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
          all.add(reply(in));
        }
        yield String.join("\n", all);
      }
      default -> head;
    };
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
      line.write(octet);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  /** How often that command was run since the start. */
  public long calls(String command) {
    String stats = command("INFO", "commandstats");
    return stats
        .lines()
        .filter(found -> found.startsWith("cmdstat_" + command + ":calls="))
        .mapToLong(found -> Long.parseLong(found.replaceAll("^[^=]*=(\\d+),.*", "$1")))
        .sum();
  }

  @Override
  public void close() {
    goOn();
    kill();
  }
}
