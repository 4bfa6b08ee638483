package dev.bearward.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open connection to Redis. Every stage completes on any thread, exceptionally when the question
 * failed; none has a time limit of its own. What was asked when the line is lost fails at once, and
 * is never asked again by itself.
 */
interface Line {
  /** Makes lines. */
  interface Dialler extends AutoCloseable {
    /**
     * Opens a line.
     *
     * @param heard takes what others publish about revocations
     * @param lost runs once the line is lost, whoever closed it
     */
    CompletableFuture<Line> dial(Consumer<String> heard, Runnable lost);

    /** Closes all lines, and what they live on. */
    @Override
    void close();
  }

  /** Makes a script known. */
  CompletableFuture<?> load(Script script);

  /** Runs a script that was made known. */
  CompletableFuture<List<Object>> run(Script script, List<String> keys, List<String> arguments);

  /** Sets a key that is not set yet, for a time; whether it was not. */
  CompletableFuture<Boolean> setIfAbsent(String key, Duration life);

  /** A key's value, or null. */
  CompletableFuture<@Nullable String> get(String key);

  /** Closes it. */
  void close();
}
