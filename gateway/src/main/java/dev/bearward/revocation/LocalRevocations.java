package dev.bearward.revocation;

import dev.bearward.token.Revocation;
import dev.bearward.token.RevocationIndex;
import dev.bearward.token.Revocations;
import dev.bearward.token.Verified;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The revocations of this process, in memory and in a file. A new one holds at once; the file is
 * written on one thread, all that came meanwhile in one go, and tried again while it cannot be.
 */
public final class LocalRevocations implements Revocations, AutoCloseable {
  /** Most revocations at a time. */
  static final int LIMIT = 50_000;

  static final Duration RETRY = Duration.ofSeconds(10);
  private static final Duration LAST_SAVE = Duration.ofSeconds(3);
  private static final String NO_FILE = "revocation.persist is not set";

  private final RevocationIndex index;
  private final @Nullable RevocationFile file;
  private final ScheduledExecutorService writer;
  private final RevocationListener listener;

  /** Changes made since the start. */
  private final AtomicLong changes = new AtomicLong();

  /** Changes that the file has; for the writer only, as the next. */
  private long saved;

  private boolean retrying;

  private LocalRevocations(
      RevocationIndex index,
      @Nullable RevocationFile file,
      ScheduledExecutorService writer,
      RevocationListener listener) {
    this.index = index;
    this.file = file;
    this.writer = writer;
    this.listener = listener;
  }

  /**
   * Reads the file and writes it again, so that what could not be saved shows at the start.
   *
   * @param writer one thread that may block; the caller ends it
   * @throws IOException when the file cannot be used; it is then as it was
   */
  public static LocalRevocations open(
      RevocationSettings settings,
      ScheduledExecutorService writer,
      InstantSource clock,
      RevocationListener listener)
      throws IOException {
    return open(settings, writer, clock, listener, LIMIT);
  }

  static LocalRevocations open(
      RevocationSettings settings,
      ScheduledExecutorService writer,
      InstantSource clock,
      RevocationListener listener,
      int limit)
      throws IOException {
    var index = new RevocationIndex(limit, clock);
    if (settings.persist() == null) {
      return new LocalRevocations(index, null, writer, listener);
    }
    var file = new RevocationFile(settings.persist());
    for (Revocation revocation : file.load()) {
      if (index.add(revocation) == null) {
        throw new IOException(
            "revocation.persist: "
                + settings.persist()
                + " (expected: at most "
                + limit
                + " revocations; it is left as it is)");
      }
    }
    List<Revocation> all = index.all();
    try {
      file.save(all);
    } catch (IOException e) {
      throw new IOException(
          "revocation.persist: "
              + settings.persist()
              + " (expected: a file that can be replaced in its folder; "
              + e
              + ")",
          e);
    }
    listener.began(all.size());
    return new LocalRevocations(index, file, writer, listener);
  }

  @Override
  public boolean deny(Verified token) {
    return index.deny(token);
  }

  @Override
  public List<Revocation> all() {
    return index.all();
  }

  @Override
  public CompletionStage<Added> add(Revocation revocation) {
    Revocation inForce = index.add(revocation);
    if (inForce == null) {
      return CompletableFuture.completedStage(new Full(index.limit()));
    }
    long change = changes.incrementAndGet();
    listener.revoked(inForce);
    return file == null
        ? CompletableFuture.completedStage(new InMemory(inForce, NO_FILE))
        : CompletableFuture.supplyAsync(() -> saved(file, change, inForce), writer);
  }

  private Added saved(RevocationFile to, long change, Revocation inForce) {
    String problem = saved >= change ? null : save(to);
    return problem == null ? new Durable(inForce) : new InMemory(inForce, problem);
  }

  /** Saves all there are; says what went wrong, or null. */
  private @Nullable String save(RevocationFile to) {
    long upTo = changes.get();
    try {
      to.save(index.all());
      saved = upTo;
      listener.persisted();
      return null;
    } catch (IOException e) {
      listener.notPersisted(e.toString());
      if (!retrying) {
        retrying = true;
        var _ = writer.schedule(() -> saveAgain(to), RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
      return "the file could not be written: " + e;
    }
  }

  private void saveAgain(RevocationFile to) {
    retrying = false;
    saveRest(to);
  }

  private void saveRest(RevocationFile to) {
    if (saved < changes.get()) {
      save(to);
    }
  }

  /** Writes what the file lacks. */
  @Override
  public void close() throws IOException {
    if (file == null) {
      return;
    }
    try {
      writer.submit(() -> saveRest(file)).get(LAST_SAVE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("revocations not saved", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
