package dev.bearward.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something made of files, and made anew when their content changes, whatever way they are replaced
 * (a link that points elsewhere, as Kubernetes does it, included). What cannot be made leaves the
 * last good one in use, and is told once it looks the same at two looks in a row, so that files
 * which are being replaced are no fault.
 *
 * @param <T> what is made
 */
final class Reread<T> {
  /** Largest file, bytes. */
  static final int MAX_BYTES = 1024 * 1024;

  /** Makes it. */
  interface Maker<T> {
    /** Makes it of the files' bytes. */
    T make(Map<Path, byte[]> contents) throws IOException;
  }

  private final List<Path> files;
  private final Maker<T> maker;
  private final Consumer<T> free;
  private final TlsListener listener;
  private Map<Path, byte[]> used;
  private volatile T current;
  private @Nullable Map<Path, byte[]> failing;
  private @Nullable String failure;
  private boolean told;
  private @Nullable T retired;

  /**
   * @param free takes what is no longer used
   * @throws IOException when a file cannot be read or used
   */
  Reread(List<Path> files, Maker<T> maker, Consumer<T> free, TlsListener listener)
      throws IOException {
    this.files = List.copyOf(files);
    this.maker = maker;
    this.free = free;
    this.listener = listener;
    this.used = read();
    this.current = maker.make(used);
  }

  /** What is in use. */
  T current() {
    return current;
  }

  /** Looks at the files. Never called by two threads at once. */
  synchronized void look() {
    freeRetired();
    Map<Path, byte[]> now = Map.of();
    try {
      now = read();
      if (same(now, used)) {
        recovered();
        return;
      }
      T made = maker.make(now);
      retired = current; // Handshakes that have just chosen it go on; released at the next look.
      current = made;
      used = now;
      recovered();
      listener.reread(String.join(", ", files.stream().map(Path::toString).toList()));
    } catch (CredentialException e) {
      failed(now, e.file(), e.why());
    } catch (IOException e) {
      failed(now, files.getFirst(), String.valueOf(e.getMessage()));
    }
  }

  private void recovered() {
    failing = null;
    told = false;
  }

  private void failed(Map<Path, byte[]> now, Path file, String why) {
    Map<Path, byte[]> before = failing;
    boolean again = before != null && same(now, before) && why.equals(failure);
    if (again && !told) {
      told = true;
      listener.broken(file, why);
    } else if (!again) {
      told = false;
    }
    failing = now;
    failure = why;
  }

  private Map<Path, byte[]> read() throws CredentialException {
    Map<Path, byte[]> contents = new LinkedHashMap<>();
    for (Path file : files) {
      try (var in = Files.newInputStream(file)) {
        contents.put(file, in.readNBytes(MAX_BYTES));
      } catch (IOException e) {
        throw new CredentialException(file, "cannot be read (expected: a file in PEM)");
      }
    }
    return contents;
  }

  private static boolean same(Map<Path, byte[]> one, Map<Path, byte[]> other) {
    return one.size() == other.size()
        && one.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.get(entry.getKey())));
  }

  /** The bytes of one of the files. */
  static byte[] of(Map<Path, byte[]> contents, Path file) {
    return Objects.requireNonNull(contents.get(file));
  }

  /** Frees what is in use. */
  synchronized void close() {
    freeRetired();
    free.accept(current);
  }

  private void freeRetired() {
    T old = retired;
    retired = null;
    if (old != null) {
      free.accept(old);
    }
  }
}
