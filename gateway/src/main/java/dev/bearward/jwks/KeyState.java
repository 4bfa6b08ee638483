package dev.bearward.jwks;

import dev.bearward.token.KeySource.Found;
import dev.bearward.token.KeySource.Lookup;
import dev.bearward.token.KeySource.Unavailable;
import dev.bearward.token.KeySource.Unknown;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * All that a look-up reads of one issuer, and all that the admin port shows of it; immutable.
 *
 * @param keys the keys at hand
 * @param absent key ids lately found missing
 * @param fetching whether a fetch is under way
 * @param tried whether a fetch has come to an end
 * @param lastError why the last fetch brought no usable key set, or null
 * @param pause when unknown key ids cause no fetch
 * @param nextFetchAt milliseconds since the epoch of the next fetch that needs no request
 * @param succeeded fetches that brought a key set
 * @param failed fetches that did not
 * @param skipped members of the last key set that are not used
 */
record KeyState(
    KeySnapshot keys,
    AbsentIds absent,
    boolean fetching,
    boolean tried,
    @Nullable String lastError,
    FetchBudget.Pause pause,
    OptionalLong nextFetchAt,
    long succeeded,
    long failed,
    Map<SkippedKey, Integer> skipped) {
  private static final Unknown UNKNOWN = new Unknown();

  /**
   * The contract's paragraph on unknown key ids: the keys; or unknown, when the last fetch
   * succeeded and the budget is used up; or unavailable, when it failed and the budget is used up.
   *
   * @return null when the answer takes a fetch
   */
  @Nullable Lookup answer(@Nullable String keyId, long nowMillis) {
    if (keys.serves(nowMillis)) {
      Found found = keys.find(keyId);
      if (found != null) {
        return found;
      }
      if (absent.contains(keyId, nowMillis)) {
        return UNKNOWN;
      }
    }
    return fetching || pause.over(nowMillis) ? null : settle(keyId, nowMillis);
  }

  /** The answer without another fetch. */
  Lookup settle(@Nullable String keyId, long nowMillis) {
    boolean serves = keys.serves(nowMillis);
    Found found = serves ? keys.find(keyId) : null;
    if (found != null) {
      return found;
    }
    return serves && lastError == null ? UNKNOWN : new Unavailable(retryAfter(nowMillis));
  }

  /** Until the next fetch that may bring keys; at least a second. */
  private Duration retryAfter(long nowMillis) {
    long next = Math.min(nextFetchAt.orElse(Long.MAX_VALUE), pause.until());
    long wait = Math.clamp(next - nowMillis, 1000L, 60_000L);
    return Duration.ofSeconds((wait + 999) / 1000);
  }
}
