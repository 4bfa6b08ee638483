package dev.bearward.jwks;

import dev.bearward.token.KeySource.Lookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one issuer's keys fresh. Its mutable part is touched only by tasks of {@link #serial}, one
 * at a time; what others may read is published as an immutable {@link KeyState}. At most one fetch
 * is ever under way, and requests that need one wait for it.
 */
final class KeyLifeCycle {
  private final KeySetOrigin origin;
  private final Upkeep upkeep;
  private final KeySetEnvironment environment;
  private final Serial serial;
  private final KeyLedger ledger;

  private volatile KeyState state;

  private final Set<Waiter> waiters = new LinkedHashSet<>();
  private final List<CompletableFuture<Void>> wanted = new ArrayList<>();
  private AbsentIds absent = AbsentIds.NONE;
  private boolean fetching;
  private boolean ending;
  private boolean closed;
  private OptionalLong nextFetchAt = OptionalLong.empty();
  private @Nullable Future<?> timer;

  KeyLifeCycle(String issuer, KeySetOrigin origin, Upkeep upkeep, KeySetEnvironment environment) {
    this.origin = origin;
    this.upkeep = upkeep;
    this.environment = environment;
    this.serial = new Serial(environment.scheduler());
    this.ledger = new KeyLedger(issuer, upkeep, environment.clock(), environment.listener());
    // Until the first fetch begins a request can only wait for it.
    this.state = stateNow(true);
  }

  /** What look-ups read; any thread. */
  KeyState state() {
    return state;
  }

  /** Takes up saved keys, then fetches; returns at once. */
  void start() {
    serial.execute(() -> {
      try {
        ledger.restore();
      } finally {
        fetch();
      }
    });
  }

  /** Takes up the keys of the life-cycle before it, then fetches; returns at once. */
  void start(KeyLifeCycle before) {
    KeySnapshot theirs = before.state().keys();
    serial.execute(() -> {
      ledger.takeOver(theirs);
      fetch();
    });
  }

  /** Fetches without any keys to begin with; returns at once. */
  void startAfresh() {
    serial.execute(this::fetch);
  }

  /** Has a request wait for a fetch, and starts one if the budget allows; returns at once. */
  void join(Waiter waiter) {
    serial.execute(() -> {
      Lookup answer = answer(waiter.keyId());
      if (answer == null) {
        waiters.add(waiter);
        fetch();
      } else {
        waiter.lookup().complete(answer);
      }
    });
  }

  /** Forgets a request whose client has gone; returns at once. */
  void leave(Waiter waiter) {
    serial.execute(() -> waiters.remove(waiter));
  }

  private @Nullable Lookup answer(@Nullable String keyId) {
    Lookup answer = state.answer(keyId, now());
    boolean waits = answer == null && !closed && (fetching || upkeep.budget().take(now()));
    return waits ? null : answer != null ? answer : state.settle(keyId, now());
  }

  /** Fetches anew, after a fetch under way if there is one; completes when done. */
  CompletableFuture<Void> refresh() {
    var done = new CompletableFuture<Void>();
    serial.execute(() -> {
      wanted.add(done);
      fetch();
    });
    return done;
  }

  /** Ends fetches to come; who waits is told what is known. */
  void close() {
    serial.execute(() -> {
      closed = true;
      cancelTimer();
      settleWaiters();
      fetch();
    });
  }

  /** Ends with the fetch under way, whose waiters still get what it brings, or else at once. */
  void end() {
    serial.execute(() -> {
      ending = true;
      if (!fetching) {
        closed = true;
        cancelTimer();
      }
    });
  }

  private void fetch() {
    if (fetching) {
      return;
    }
    List<CompletableFuture<Void>> served = List.copyOf(wanted);
    wanted.clear();
    if (closed) {
      complete(served);
      return;
    }
    fetching = true;
    cancelTimer();
    state = stateNow(true);
    long started = now();
    var _ =
        fromOrigin()
            .whenComplete(
                (fetched, error) -> serial.execute(() -> land(fetched, error, started, served)));
  }

  private CompletionStage<Fetched> fromOrigin() {
    try {
      return origin.fetch();
    } catch (RuntimeException bug) {
      return CompletableFuture.failedFuture(bug);
    }
  }

  private void land(
      @Nullable Fetched fetched,
      @Nullable Throwable error,
      long started,
      List<CompletableFuture<Void>> served) {
    fetching = false;
    if (!closed) {
      // A bug in an origin must end as a failed fetch, not end the life-cycle.
      Fetched result =
          fetched != null
              ? fetched
              : new Fetched.Failed("internal error: " + Objects.requireNonNull(error));
      schedule(take(result, Duration.ofMillis(Math.max(0, now() - started))));
      noteAbsent(result);
      state = stateNow(false);
      settleWaiters();
    }
    if (ending) {
      closed = true;
      cancelTimer();
    }
    complete(served);
    if (!wanted.isEmpty()) {
      fetch();
    }
  }

  /** A bug there, or in a listener, must not keep the next fetch from happening. */
  private Optional<Duration> take(Fetched result, Duration took) {
    try {
      return ledger.take(result, took);
    } catch (RuntimeException bug) {
      Serial.report(bug);
      return upkeep.pace().afterFailure(Integer.MAX_VALUE);
    }
  }

  private void noteAbsent(Fetched result) {
    if (result instanceof Fetched.Failed) {
      return;
    }
    List<String> missing =
        waiters.stream()
            .map(Waiter::keyId)
            .filter(id -> id != null && ledger.keys().find(id) == null)
            .map(Objects::requireNonNull)
            .toList();
    absent = AbsentIds.of(missing, now() + upkeep.absentFor().toMillis());
  }

  private void settleWaiters() {
    List<Waiter> settled = List.copyOf(waiters);
    waiters.clear();
    long now = now();
    settled.forEach(w -> w.lookup().complete(state.settle(w.keyId(), now)));
  }

  private void schedule(Optional<Duration> delay) {
    nextFetchAt = OptionalLong.empty();
    delay.ifPresent(wait -> {
      nextFetchAt = OptionalLong.of(now() + wait.toMillis());
      timer =
          environment
              .scheduler()
              .schedule(() -> serial.execute(this::fetch), wait.toMillis(), TimeUnit.MILLISECONDS);
    });
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private static void complete(List<CompletableFuture<Void>> refreshes) {
    refreshes.forEach(refresh -> refresh.complete(null));
  }

  private KeyState stateNow(boolean underWay) {
    return new KeyState(
        ledger.keys(),
        absent,
        underWay,
        ledger.tried(),
        ledger.lastError(),
        upkeep.budget().pause(),
        nextFetchAt,
        ledger.succeeded(),
        ledger.failed(),
        ledger.skipped());
  }

  private long now() {
    return environment.clock().millis();
  }
}
