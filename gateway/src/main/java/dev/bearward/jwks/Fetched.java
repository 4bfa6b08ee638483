package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWK;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What reading a key set came to. */
sealed interface Fetched {
  /**
   * A key set, possibly without a usable key.
   *
   * @param keys the usable keys, each once, in the set's order
   * @param skipped how many members are not used, by reason
   * @param maxAge how long the issuer says it is fresh, or null
   */
  record Keys(List<JWK> keys, Map<SkippedKey, Integer> skipped, @Nullable Duration maxAge)
      implements Fetched {}

  /** The very document read before. */
  record Unchanged() implements Fetched {}

  /** There is no key set; the reason holds no secret. */
  record Failed(String reason) implements Fetched {}
}
