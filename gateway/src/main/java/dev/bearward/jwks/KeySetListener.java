package dev.bearward.jwks;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Hears of the life-cycle of key sets. Called on the life-cycle's own threads; must not block.
 * Issuers are named as in the configuration; reasons hold no secret.
 */
public interface KeySetListener {
  /** Hears nothing. */
  KeySetListener NONE = new KeySetListener() {};

  /** A fetch brought a key set with that many usable keys. */
  default void fetched(String issuer, Duration took, int keys) {}

  /** A fetch brought no usable key; keys of an earlier one may still serve. */
  default void fetchFailed(String issuer, Duration took, String reason) {}

  /** The keys are other ones than before. */
  default void keysChanged(String issuer, long generation, List<String> keyIds) {}

  /** Members of the key set are not used; told when that changes. */
  default void keysSkipped(String issuer, Map<SkippedKey, Integer> skipped) {}

  /** The last good key set could not be saved, or a saved one not be read. */
  default void notPersisted(String issuer, String reason) {}
}
