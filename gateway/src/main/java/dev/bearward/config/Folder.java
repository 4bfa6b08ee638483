package dev.bearward.config;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that the configuration names; relative names begin at the configuration's own folder. */
final class Folder {
  private final Surroundings surroundings;
  private final Path directory;

  Folder(Surroundings surroundings, Path directory) {
    this.surroundings = surroundings;
    this.directory = directory;
  }

  /** The file of that name, whether it is there or not. */
  @Nullable Path file(Value value) {
    String name = value.text("a file");
    return name == null ? null : directory.resolve(name);
  }

  /** The bytes of a file, at most a mebibyte; none when it cannot be read. */
  byte[] bytes(Path file) {
    try {
      return surroundings.bytes(file, (int) Units.MIB);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** The file of that name, which must be there. */
  @Nullable Path readable(Value value) {
    Path file = file(value);
    if (file == null) {
      return null;
    }
    try {
      surroundings.bytes(file, 1);
      return file;
    } catch (IOException e) {
      value.refuse("a file that can be read");
      return null;
    }
  }
}
