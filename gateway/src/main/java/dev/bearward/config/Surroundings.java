package dev.bearward.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** All that a configuration sees of the world: environment variables and files. */
public interface Surroundings {
  /** The environment variable of that name, or null when it is not set. */
  @Nullable String variable(String name);

  /**
   * The bytes of a file, cut off one byte after {@code most}, so that a caller can tell a file that
   * is too large.
   *
   * @throws IOException when the file cannot be read
   */
  byte[] bytes(Path file, int most) throws IOException;

  /** Whether a file is there that can be read once only, such as a pipe. */
  default boolean isStream(Path file) {
    return false;
  }

  /** The environment and the files of this process. */
  static Surroundings ofProcess() {
    return new Surroundings() {
      @Override
      public @Nullable String variable(String name) {
        return System.getenv(name);
      }

      @Override
      public boolean isStream(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
      }

      @Override
      public byte[] bytes(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
          return in.readNBytes(most + 1);
        }
      }
    };
  }
}
