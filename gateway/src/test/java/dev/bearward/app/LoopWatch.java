package dev.bearward.app;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again at what the event loops are doing: never a fetch of keys. */
final class LoopWatch implements AutoCloseable {
  private static final long PAUSE_NANOS = 5_000_000;

  private final Set<String> fetching = ConcurrentHashMap.newKeySet();
  private final Set<String> loops = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean over;

  LoopWatch() {
    thread = Thread.ofPlatform().name("loop-watch").daemon().start(this::run);
  }

  private void run() {
    while (!over) {
      Thread.getAllStackTraces().entrySet().stream()
          .filter(entry -> entry.getKey().getName().startsWith("bearward-io"))
          .forEach(this::note);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void note(Map.Entry<Thread, StackTraceElement[]> loop) {
    loops.add(loop.getKey().getName());
    Arrays.stream(loop.getValue())
        .map(StackTraceElement::toString)
        .filter(frame ->
            frame.contains("dev.bearward.outbound.")
                || frame.contains("dev.bearward.jwks.KeySetReader")
                || frame.contains("jdk.internal.net.http."))
        .forEach(fetching::add);
  }

  /** The event loops seen so far, by name. */
  Set<String> loops() {
    return loops;
  }

  /** What was seen of fetches on them. */
  Set<String> fetching() {
    return fetching;
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
