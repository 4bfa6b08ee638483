package dev.bearward.jwks;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a key set is read next. Jitter keeps the sidecars of a deployment from asking in step.
 *
 * @param every longest time after a good read
 * @param cooldown shortest time after a good read, and longest after a failed one
 * @param repeats whether it is read more than once at all
 * @param random source of jitter
 */
record Pace(Duration every, Duration cooldown, boolean repeats, RandomGenerator random) {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  /**
   * After a good read: {@code every}, or the issuer's max-age where that is shorter, but never less
   * than {@code cooldown}; up to a tenth earlier.
   */
  Optional<Duration> afterSuccess(@Nullable Duration maxAge) {
    if (!repeats) {
      return Optional.empty();
    }
    Duration wished = maxAge == null ? every : longer(maxAge, cooldown);
    return Optional.of(scaled(shorter(wished, every), 1 - 0.1 * random.nextDouble()));
  }

  /** After failures in a row: 1 s, 2 s, 4 s … up to {@code cooldown}; up to a half earlier. */
  Optional<Duration> afterFailure(int failures) {
    if (!repeats) {
      return Optional.empty();
    }
    Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.clamp(failures - 1, 0, 20));
    return Optional.of(scaled(shorter(doubled, cooldown), 1 - 0.5 * random.nextDouble()));
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofMillis(Math.max(1, (long) (duration.toMillis() * factor)));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
