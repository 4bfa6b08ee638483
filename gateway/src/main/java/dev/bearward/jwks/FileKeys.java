package dev.bearward.jwks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A key set in a file. Contents are compared, not times: a swapped link, or a change within the
 * clock's tick, is seen as well, and the file is small.
 */
final class FileKeys implements KeySetOrigin {
  private final Path file;
  private byte @Nullable [] last;

  FileKeys(Path file) {
    this.file = file;
  }

  @Override
  public CompletionStage<Fetched> fetch() {
    return CompletableFuture.completedFuture(read());
  }

  private Fetched read() {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(RemoteKeys.MAX_BYTES + 1);
    } catch (IOException e) {
      return new Fetched.Failed(
          file + ": " + e.getClass().getSimpleName() + " (expected: a readable JWK set)");
    }
    if (json.length > RemoteKeys.MAX_BYTES) {
      return new Fetched.Failed(
          file + ": too long (expected: at most " + RemoteKeys.MAX_BYTES + " bytes)");
    }
    if (Arrays.equals(json, last)) {
      return new Fetched.Unchanged();
    }
    Fetched fetched = KeySetReader.read(file.toString(), json, null);
    last = fetched instanceof Fetched.Keys set && !set.keys().isEmpty() ? json : null;
    return fetched;
  }
}
