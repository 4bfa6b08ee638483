package dev.bearward.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is read again when it changes, or any file that it names. Contents are
 * compared, whichever way a file is replaced: a link that points elsewhere, as Kubernetes does it,
 * is seen as well, on any kind of file system. Used by one thread at a time.
 */
public final class WatchedConfiguration {
  /** What a file held at one time; a missing one held nothing. */
  private record Content(@Nullable ByteBuffer digest) {
    private static final Content MISSING = new Content(null);

    static Content of(byte[] bytes) {
      try {
        return new Content(ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every Java runtime has it
      }
    }
  }

  /** Bytes of a file that are compared. */
  private static final int MOST = (int) Units.MIB;

  private final Path file;
  private final Surroundings surroundings;
  private Map<Path, Content> seen = Map.of();

  /**
   * @param file what the user named
   */
  public WatchedConfiguration(Path file, Surroundings surroundings) {
    this.file = file;
    this.surroundings = surroundings;
  }

  /** What the user named. */
  public Path file() {
    return file;
  }

  /** Reads everything anew; {@link #changed} compares with what this has seen. */
  public Reading read() {
    var once = new Once();
    Reading reading = new Configuration(once).load(file);
    seen = once.contents();
    return reading;
  }

  /** Whether a file holds something else than when it was last read. */
  public boolean changed() {
    return seen.entrySet().stream().anyMatch(one -> !content(one.getKey()).equals(one.getValue()));
  }

  /** Whether it could be read again: a pipe could not. */
  public boolean isRereadable() {
    return !surroundings.isStream(file);
  }

  private Content content(Path path) {
    if (surroundings.isStream(path)) {
      return Content.MISSING;
    }
    try {
      return Content.of(surroundings.bytes(path, MOST));
    } catch (IOException e) {
      return Content.MISSING;
    }
  }

  /** Reads each file once, so that one reading sees one content of it. */
  private final class Once implements Surroundings {
    private final Map<Path, byte[]> files = new HashMap<>();
    private final Map<Path, Content> contents = new HashMap<>();

    Map<Path, Content> contents() {
      return Map.copyOf(contents);
    }

    @Override
    public @Nullable String variable(String name) {
      return surroundings.variable(name);
    }

    @Override
    public boolean isStream(Path path) {
      return surroundings.isStream(path);
    }

    @Override
    public byte[] bytes(Path path, int most) throws IOException {
      byte[] known = files.get(path);
      if (known == null) {
        contents.put(path, Content.MISSING);
        known = surroundings.bytes(path, Math.max(MOST, most));
        files.put(path, known);
        if (!surroundings.isStream(path)) {
          contents.put(path, Content.of(known));
        }
      }
      return known.length > most + 1 ? Arrays.copyOf(known, most + 1) : known;
    }
  }
}
