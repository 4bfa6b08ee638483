package dev.bearward.jwks;

import dev.bearward.jwks.Fetched.Failed;
import dev.bearward.jwks.Fetched.Keys;
import dev.bearward.jwks.Fetched.Unchanged;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the fetches of one issuer came to so far. Used by one thread at a time. */
final class KeyLedger {
  private final String issuer;
  private final Upkeep upkeep;
  private final InstantSource clock;
  private final KeySetListener listener;

  private KeySnapshot keys = KeySnapshot.none();
  private boolean tried;
  private @Nullable String lastError;
  private long succeeded;
  private long failed;
  private int failuresInARow;
  private Map<SkippedKey, Integer> skipped = Map.of();

  KeyLedger(String issuer, Upkeep upkeep, InstantSource clock, KeySetListener listener) {
    this.issuer = issuer;
    this.upkeep = upkeep;
    this.clock = clock;
    this.listener = listener;
  }

  /** Takes up the saved key set, if there is one; it is as old as it was. */
  void restore() {
    if (upkeep.saved() == null) {
      return;
    }
    try {
      upkeep.saved().load().ifPresent(this::restore);
    } catch (IOException unreadable) {
      listener.notPersisted(issuer, readable(unreadable));
    }
  }

  private void restore(SavedKeys.Saved saved) {
    Instant now = clock.instant();
    adopt(saved.keys(), saved.fetchedAt().isBefore(now) ? saved.fetchedAt() : now);
  }

  /** Takes up keys at hand; they are as old as they were. */
  void takeOver(KeySnapshot theirs) {
    long fetchedAt = theirs.fetchedAtMillis();
    keys =
        fetchedAt == 0
            ? theirs
            : theirs.again(fetchedAt, servesUntil(Instant.ofEpochMilli(fetchedAt)));
    tried = fetchedAt != 0;
  }

  /**
   * Takes a fetch's result.
   *
   * @return time until the next one, or empty when there is no need of one
   */
  Optional<Duration> take(Fetched fetched, Duration took) {
    tried = true;
    return switch (fetched) {
      case Keys set -> take(set, took);
      case Unchanged _ -> {
        keys = keys.again(clock.millis(), servesUntil(clock.instant()));
        yield succeed(null);
      }
      case Failed(String reason) -> fail(reason, took);
    };
  }

  /**
   * A set without usable keys withdraws the ones before it, as any set does, but counts as a
   * failure: the issuer is at fault, not the tokens.
   */
  private Optional<Duration> take(Keys set, Duration took) {
    Instant now = clock.instant();
    adopt(set, now);
    save(set, now);
    if (set.keys().isEmpty()) {
      return fail("no usable key in the key set (skipped: " + set.skipped() + ")", took);
    }
    succeeded++;
    listener.fetched(issuer, took, set.keys().size());
    return succeed(set.maxAge());
  }

  private void adopt(Keys set, Instant fetchedAt) {
    KeySnapshot before = keys;
    keys = before.next(issuer, set.keys(), fetchedAt.toEpochMilli(), servesUntil(fetchedAt));
    before.retireFor(keys);
    if (keys.generation() != before.generation()) {
      listener.keysChanged(issuer, keys.generation(), keys.keyIds());
    }
    if (!set.skipped().equals(skipped)) {
      listener.keysSkipped(issuer, set.skipped());
    }
    skipped = set.skipped();
  }

  private void save(Keys set, Instant fetchedAt) {
    if (upkeep.saved() == null) {
      return;
    }
    try {
      upkeep.saved().save(set.keys(), fetchedAt);
    } catch (IOException unwritable) {
      listener.notPersisted(issuer, readable(unwritable));
    }
  }

  private Optional<Duration> succeed(@Nullable Duration maxAge) {
    lastError = null;
    failuresInARow = 0;
    return upkeep.pace().afterSuccess(maxAge);
  }

  private Optional<Duration> fail(String reason, Duration took) {
    failed++;
    failuresInARow++;
    lastError = reason;
    listener.fetchFailed(issuer, took, reason);
    return upkeep.pace().afterFailure(failuresInARow);
  }

  private long servesUntil(Instant fetchedAt) {
    return fetchedAt.plus(upkeep.staleFor()).toEpochMilli();
  }

  private static String readable(IOException error) {
    return error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  KeySnapshot keys() {
    return keys;
  }

  boolean tried() {
    return tried;
  }

  @Nullable String lastError() {
    return lastError;
  }

  long succeeded() {
    return succeeded;
  }

  long failed() {
    return failed;
  }

  Map<SkippedKey, Integer> skipped() {
    return skipped;
  }
}
