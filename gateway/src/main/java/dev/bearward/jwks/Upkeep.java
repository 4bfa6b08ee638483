package dev.bearward.jwks;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How one key set is kept.
 *
 * @param pace when it is read next
 * @param budget fetches that unknown key ids may cause
 * @param absentFor how long a key id that a fetch did not bring causes no other
 * @param staleFor how long keys serve after the last good fetch
 * @param saved where the last good key set is kept, or null
 */
record Upkeep(
    Pace pace,
    FetchBudget budget,
    Duration absentFor,
    Duration staleFor,
    @Nullable SavedKeys saved) {
  /** Time between looks at a file. */
  private static final Duration FILE_POLL = Duration.ofSeconds(5);

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  static Upkeep of(KeySetSettings settings, RandomGenerator random) {
    KeySetSettings.Refresh refresh = settings.refresh();
    return switch (settings.location()) {
      case KeySetSettings.Discovery _, KeySetSettings.Url _ ->
          repeating(settings, shorter(refresh.every(), refresh.staleFor()), random);
      case KeySetSettings.File _ ->
          repeating(settings, shorter(refresh.every(), FILE_POLL), random);
      case KeySetSettings.Inline _, KeySetSettings.NoKeys _ ->
          new Upkeep(
              new Pace(FOR_EVER, FOR_EVER, false, random),
              FetchBudget.none(),
              Duration.ZERO,
              FOR_EVER,
              null);
    };
  }

  private static Upkeep repeating(KeySetSettings settings, Duration every, RandomGenerator random) {
    KeySetSettings.Refresh refresh = settings.refresh();
    return new Upkeep(
        new Pace(every, refresh.cooldown(), true, random),
        new FetchBudget(refresh.burst(), refresh.cooldown()),
        refresh.cooldown().dividedBy(refresh.burst()),
        refresh.staleFor(),
        refresh.persist() == null ? null : new SavedKeys(refresh.persist(), settings.issuer()));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
