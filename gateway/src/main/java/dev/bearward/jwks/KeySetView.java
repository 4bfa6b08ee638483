package dev.bearward.jwks;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one issuer's keys stand, for the admin port, metrics and readiness.
 *
 * @param issuer name of the issuer's configuration
 * @param keyIds ids of the usable keys; keys without an id are not among them
 * @param keys number of usable keys
 * @param generation rises whenever the keys change
 * @param fetchedAt when the keys were last read well, or null
 * @param nextFetch when they are read next, or null when never
 * @param lastError why the last fetch brought no usable key, or null
 * @param succeeded number of fetches that brought a key set
 * @param failed number of fetches that did not
 * @param skipped members of the last key set that are not used
 * @param tried whether a fetch has come to an end, well or not
 * @param hasKeys whether tokens of the issuer can be verified: keys fresh enough, or only a secret
 * @param waiting requests that wait for a fetch
 */
public record KeySetView(
    String issuer,
    List<String> keyIds,
    int keys,
    long generation,
    @Nullable Instant fetchedAt,
    @Nullable Instant nextFetch,
    @Nullable String lastError,
    long succeeded,
    long failed,
    Map<SkippedKey, Integer> skipped,
    boolean tried,
    boolean hasKeys,
    int waiting) {

  /** Time since the keys were last read well, or null when they never were. */
  public @Nullable Duration age(Instant now) {
    return fetchedAt == null ? null : Duration.between(fetchedAt, now);
  }

  /** An issuer that needs no key set. */
  static KeySetView ofSecret(String issuer) {
    return new KeySetView(issuer, List.of(), 0, 0, null, null, null, 0, 0, Map.of(), true, true, 0);
  }
}
