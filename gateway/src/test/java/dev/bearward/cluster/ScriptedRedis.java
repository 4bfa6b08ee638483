package dev.bearward.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Redis of the test's: it answers what the test says, and remembers what it was asked. */
final class ScriptedRedis implements Line.Dialler {
  /** Everything asked but scripts made known, in its order. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  final Map<String, String> revocations = new HashMap<>();
  volatile String version = "7";
  volatile @Nullable Exception failure;
  volatile boolean silent;
  volatile boolean reachable = true;
  final AtomicInteger dialled = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  volatile List<Object> spending = List.of(3L, 1_000L);
  volatile boolean first = true;
  private volatile Consumer<String> heard = _ -> {};
  private volatile Runnable lost = () -> {};

  @Override
  public CompletableFuture<Line> dial(Consumer<String> listener, Runnable onLoss) {
    dialled.incrementAndGet();
    heard = listener;
    lost = onLoss;
    return reachable
        ? CompletableFuture.completedFuture(new ScriptedLine())
        : CompletableFuture.failedFuture(new IllegalStateException("refused"));
  }

  /** Another instance publishes. */
  void publish(String message) {
    heard.accept(message);
  }

  /** The connection breaks. */
  void breakLine() {
    lost.run();
  }

  /** How often something that begins so was asked. */
  long count(String begin) {
    return asked.stream().filter(question -> question.startsWith(begin)).count();
  }

  @Override
  public void close() {}

  private <T> CompletableFuture<T> answer(String question, T answer) {
    asked.add(question);
    Exception wrong = failure;
    if (silent) {
      return new CompletableFuture<>();
    }
    return wrong == null
        ? CompletableFuture.completedFuture(answer)
        : CompletableFuture.failedFuture(wrong);
  }

  private final class ScriptedLine implements Line {
    @Override
    public CompletableFuture<?> load(Script script) {
      return failure == null
          ? CompletableFuture.completedFuture(script)
          : CompletableFuture.failedFuture(new IllegalStateException("no script"));
    }

    @Override
    public CompletableFuture<List<Object>> run(
        Script script, List<String> keys, List<String> arguments) {
      String question = script + " " + String.join(" ", arguments);
      return switch (script) {
        case SPEND -> answer(question, spending);
        case REVOKE -> answer(question, List.of(version, 0L));
        case READ -> {
          var flat = new ArrayList<String>();
          revocations.forEach((row, value) -> flat.addAll(List.of(row, value)));
          yield answer(question, List.of(version, flat));
        }
      };
    }

    @Override
    public CompletableFuture<Boolean> setIfAbsent(String key, Duration life) {
      return answer("SET " + key + " " + life.toMillis(), first);
    }

    @Override
    public CompletableFuture<@Nullable String> get(String key) {
      return answer("GET " + key, version);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
