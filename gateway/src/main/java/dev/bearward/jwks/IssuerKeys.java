package dev.bearward.jwks;

import dev.bearward.token.KeySource.Crowded;
import dev.bearward.token.KeySource.Later;
import dev.bearward.token.KeySource.Lookup;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One issuer's keys as event loops see them: nothing here locks, fetches or waits. */
final class IssuerKeys {
  private static final Duration CROWDED_RETRY = Duration.ofSeconds(1);

  private final String issuer;
  private final KeyLifeCycle lifeCycle;
  private final KeySetEnvironment environment;
  private final AtomicInteger waiting = new AtomicInteger();

  IssuerKeys(String issuer, KeyLifeCycle lifeCycle, KeySetEnvironment environment) {
    this.issuer = issuer;
    this.lifeCycle = lifeCycle;
    this.environment = environment;
  }

  Lookup find(@Nullable String keyId) {
    KeyState state = lifeCycle.state();
    long now = environment.clock().millis();
    Lookup answer = state.answer(keyId, now);
    return answer != null ? answer : join(keyId, state, now);
  }

  private Lookup join(@Nullable String keyId, KeyState state, long now) {
    int most = environment.maxWaiters();
    if (waiting.getAndUpdate(count -> count < most ? count + 1 : count) >= most) {
      return new Crowded(CROWDED_RETRY);
    }
    var lookup = new CompletableFuture<Lookup>();
    var settled = lookup.whenComplete((answer, error) -> waiting.decrementAndGet());
    var waiter = new Waiter(keyId, lookup);
    try {
      lifeCycle.join(waiter);
    } catch (RejectedExecutionException shutDown) {
      lookup.complete(state.settle(keyId, now));
    }
    return new Later(settled.minimalCompletionStage(), () -> leave(waiter));
  }

  /** Its place is free at once; the fetch goes on for the others. */
  private void leave(Waiter waiter) {
    if (waiter.lookup().cancel(false)) {
      try {
        lifeCycle.leave(waiter);
      } catch (RejectedExecutionException shutDown) {
        // Then its waiters go with it.
      }
    }
  }

  KeyLifeCycle lifeCycle() {
    return lifeCycle;
  }

  KeySetView view() {
    KeyState state = lifeCycle.state();
    KeySnapshot keys = state.keys();
    long fetchedAt = keys.fetchedAtMillis();
    return new KeySetView(
        issuer,
        keys.keyIds(),
        keys.size(),
        keys.generation(),
        fetchedAt == 0 ? null : Instant.ofEpochMilli(fetchedAt),
        state.nextFetchAt().isEmpty()
            ? null
            : Instant.ofEpochMilli(state.nextFetchAt().getAsLong()),
        state.lastError(),
        state.succeeded(),
        state.failed(),
        state.skipped(),
        state.tried(),
        keys.serves(environment.clock().millis()),
        waiting.get());
  }
}
