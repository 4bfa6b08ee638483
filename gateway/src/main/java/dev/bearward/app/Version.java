package dev.bearward.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What this build is.
 *
 * @param number version of the release
 * @param commit abbreviated id of the source's commit, or {@code unknown} for a build outside git
 */
public record Version(String number, String commit) {
  /** The version of the running gateway. */
  public static Version current() {
    var properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties: missing (expected: in the jar)");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String commit = properties.getProperty("commit", "");
    return new Version(
        properties.getProperty("version", "unknown"),
        commit.isEmpty() || commit.startsWith("${") ? "unknown" : commit);
  }

  /** Name and version of the Java runtime. */
  public static String runtime() {
    return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
  }
}
