package dev.bearward.cluster;

import dev.bearward.cluster.ClusterListener.Question;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The way to Redis. A question is asked only while Redis answers: after a lost line or {@link
 * #MOST_FAILURES} failures in a row nothing is asked until the upkeep, which looks every {@link
 * #BEAT}, has begun anew. So a dead Redis costs a few requests the {@link #TIMEOUT}, and the others
 * nothing.
 */
final class Link implements AutoCloseable {
  /** What a question may take. */
  static final Duration TIMEOUT = Duration.ofMillis(250);

  /** What a part of the begin may take; it reads all revocations. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Time between two looks. */
  static final Duration BEAT = Duration.ofMillis(500);

  static final int MOST_FAILURES = 5;

  /** What is done beside the questions of requests, one after the other on the scheduler. */
  interface Upkeep {
    /** Puts this instance in the same state as the others; nothing is asked before it is done. */
    CompletionStage<?> begin(Line line);

    /** Looks for what has changed. */
    CompletionStage<?> beat(Line line);

    /** Another instance published something. */
    void heard(String message);
  }

  private enum State {
    NEW,
    UP,
    DOWN
  }

  private final Line.Dialler dialler;
  private final String redis;
  private final int mostAsked;
  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final ClusterListener listener;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final CompletableFuture<Boolean> tried = new CompletableFuture<>();

  /** What questions go to; null while there are to be none. */
  private volatile @Nullable Line usable;

  private volatile boolean everUp;
  private volatile boolean closed;

  /** For the scheduler only, as the next two. */
  private @Nullable Line open;

  private boolean busy;
  private int futile;
  private State told = State.NEW;

  /**
   * @param redis where it is, for people
   * @param mostAsked most questions at a time
   * @param scheduler one thread; the caller ends it
   * @param nanoTime a clock for durations, in nanoseconds
   */
  Link(
      Line.Dialler dialler,
      String redis,
      int mostAsked,
      ScheduledExecutorService scheduler,
      LongSupplier nanoTime,
      ClusterListener listener) {
    this.dialler = dialler;
    this.redis = redis;
    this.mostAsked = mostAsked;
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.listener = listener;
  }

  /** Begins; the stage tells, once the first try has ended, whether Redis answers. */
  CompletionStage<Boolean> start(Upkeep upkeep) {
    var _ =
        scheduler.scheduleWithFixedDelay(
            () -> look(upkeep), 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return tried;
  }

  /** Whether Redis ever answered. */
  boolean everUp() {
    return everUp;
  }

  /**
   * Asks for a request.
   *
   * @return null when it is not asked; else a stage that completes within {@link #TIMEOUT}, on any
   *     thread, exceptionally when there is no good answer
   */
  <T> @Nullable CompletionStage<T> ask(
      Question what, Function<Line, CompletableFuture<T>> question) {
    Line line = usable;
    if (line == null) {
      listener.unasked(what);
      return null;
    }
    if (asked.incrementAndGet() > mostAsked) {
      asked.decrementAndGet();
      listener.unasked(what);
      return null;
    }
    long begin = nanoTime.getAsLong();
    CompletableFuture<T> answer = within(TIMEOUT, () -> question.apply(line));
    return answer.whenComplete((_, failure) -> {
      asked.decrementAndGet();
      if (failure == null) {
        failures.setPlain(0);
        listener.answered(what, Duration.ofNanos(nanoTime.getAsLong() - begin));
      } else {
        listener.failed(what, words(failure));
        failed(line, failure);
      }
    });
  }

  private void failed(Line line, Throwable why) {
    if (failures.incrementAndGet() >= MOST_FAILURES) {
      trip(line, words(why));
    }
  }

  /** Asks no more on that line until the upkeep has begun anew. */
  private void trip(Line line, String why) {
    if (line.equals(usable)) {
      usable = null;
    }
    onScheduler(() -> tell(State.DOWN, why));
  }

  /** Looks at once, rather than with the next beat. */
  void lookNow(Upkeep upkeep) {
    onScheduler(() -> look(upkeep));
  }

  private void look(Upkeep upkeep) {
    if (busy || closed) {
      return;
    }
    busy = true;
    Line line = open;
    if (line == null) {
      then(dial(upkeep), dialled -> begin(dialled, upkeep), null);
    } else if (usable == null) {
      begin(line, upkeep);
    } else {
      then(within(PATIENCE, () -> upkeep.beat(line)), _ -> busy = false, line);
    }
  }

  private CompletableFuture<Line> dial(Upkeep upkeep) {
    var lost =
        new Runnable() {
          private volatile @Nullable Line line;
          private volatile boolean gone;

          @Override
          public void run() {
            gone = true;
            Line mine = line;
            if (mine != null) {
              lost(mine, upkeep);
            }
          }
        };
    return within(
            null, () -> dialler.dial(message -> onScheduler(() -> upkeep.heard(message)), lost))
        .thenApply(line -> {
          lost.line = line;
          if (lost.gone) {
            throw new IllegalStateException("the connection was lost at once");
          }
          return line;
        });
  }

  private void lost(Line line, Upkeep upkeep) {
    trip(line, "the connection was lost");
    onScheduler(() -> {
      if (line.equals(open)) {
        open = null;
        line.close();
        look(upkeep);
      }
    });
  }

  private void begin(Line line, Upkeep upkeep) {
    open = line;
    if (closed) {
      line.close();
      return;
    }
    var scripts =
        Stream.of(Script.values())
            .map(script -> within(PATIENCE, () -> line.load(script)))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<?> begun =
        CompletableFuture.allOf(scripts)
            .thenCompose(_ -> within(PATIENCE, () -> upkeep.begin(line)));
    then(begun, _ -> begun(line), line);
  }

  private void begun(Line line) {
    busy = false;
    futile = 0;
    if (line.equals(open)) {
      failures.set(0);
      everUp = true;
      usable = line;
      tell(State.UP, "");
      tried.complete(true);
    }
  }

  /** A part of the upkeep failed; a second one in a row closes the line, which may be dead. */
  private void ended(@Nullable Line line, Throwable failure) {
    busy = false;
    tried.complete(false);
    if (line == null) {
      tell(State.DOWN, words(failure));
      return;
    }
    trip(line, words(failure));
    if (++futile >= 2 && line.equals(open)) {
      futile = 0;
      open = null;
      line.close();
    }
  }

  private <T> void then(CompletableFuture<T> stage, Consumer<T> good, @Nullable Line line) {
    var _ =
        stage.whenCompleteAsync(
            (found, failure) -> {
              if (failure == null) {
                good.accept(found);
              } else {
                ended(line, failure);
              }
            },
            scheduler);
  }

  private void tell(State now, String why) {
    if (told == now || closed) {
      return;
    }
    told = now;
    if (now == State.UP) {
      listener.up(redis);
    } else {
      listener.down(redis, why);
    }
  }

  private void onScheduler(Runnable task) {
    if (!closed) {
      scheduler.execute(task);
    }
  }

  /** Whatever the question does, and however long it takes, it ends as a stage. */
  private static <T> CompletableFuture<T> within(
      @Nullable Duration time, Supplier<? extends CompletionStage<T>> question) {
    try {
      CompletableFuture<T> answer = question.get().toCompletableFuture();
      return time == null ? answer : answer.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** Innermost first, since Lettuce wraps; none of it holds what was sent. */
  static String words(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof CompletionException
            || cause.getClass().getName().startsWith("io.lettuce."))) {
      cause = cause.getCause();
    }
    return cause instanceof TimeoutException
        ? "no answer in time"
        : String.valueOf(cause.getMessage());
  }

  @Override
  public void close() {
    closed = true;
    usable = null;
    dialler.close();
  }
}
