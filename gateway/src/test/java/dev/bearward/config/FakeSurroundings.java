package dev.bearward.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables and files of a test; folders of the configuration are absolute. */
final class FakeSurroundings implements Surroundings {
  static final Path FOLDER = Path.of("/etc/bearward");

  private final Map<String, String> variables = new HashMap<>();
  private final Map<Path, byte[]> files = new HashMap<>();

  FakeSurroundings variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  FakeSurroundings file(String name, byte[] bytes) {
    files.put(FOLDER.resolve(name), bytes);
    return this;
  }

  FakeSurroundings file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a file of that text comes to. */
  Reading read(String yaml) {
    return new Configuration(this).read("test.yaml", FOLDER, yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable String variable(String name) {
    return variables.get(name);
  }

  @Override
  public byte[] bytes(Path file, int most) throws IOException {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new NoSuchFileException(file.toString());
    }
    return bytes.length > most + 1 ? Arrays.copyOf(bytes, most + 1) : bytes;
  }
}
