package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWK;
import dev.bearward.token.KeySource.Found;
import dev.bearward.token.VerificationKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One issuer's usable keys at one time, at most {@link KeySetReader#MAX_MEMBERS}; immutable but for
 * the standing of the keys themselves. A key that stays the same in the next snapshot stays the
 * same object, so what was verified with it stays valid.
 */
final class KeySnapshot {
  private final Map<JWK, VerificationKey> keys;
  private final Map<String, Found> byId;
  private final @Nullable Found all;
  private final long generation;
  private final long fetchedAtMillis;
  private final long servesUntilMillis;

  private KeySnapshot(
      Map<JWK, VerificationKey> keys, long generation, long fetchedAtMillis, long servesUntil) {
    this.keys = keys;
    this.byId = index(keys);
    this.all = keys.isEmpty() ? null : new Found(List.copyOf(keys.values()));
    this.generation = generation;
    this.fetchedAtMillis = fetchedAtMillis;
    this.servesUntilMillis = servesUntil;
  }

  /** Before any key set was read. */
  static KeySnapshot none() {
    return new KeySnapshot(Map.of(), 0, 0, 0);
  }

  /** The snapshot after this one; what it lacks of this one is retired by {@link #retireFor}. */
  KeySnapshot next(String issuer, List<JWK> published, long fetchedAt, long servesUntil) {
    Map<JWK, VerificationKey> next = new LinkedHashMap<>();
    for (JWK jwk : published) {
      VerificationKey kept = keys.get(jwk);
      if (kept != null) {
        kept.serveUntil(servesUntil);
      }
      next.put(jwk, kept != null ? kept : new VerificationKey(issuer, jwk, servesUntil));
    }
    boolean same = next.keySet().equals(keys.keySet());
    return new KeySnapshot(next, same ? generation : generation + 1, fetchedAt, servesUntil);
  }

  /** The same keys, read again. */
  KeySnapshot again(long fetchedAt, long servesUntil) {
    keys.values().forEach(key -> key.serveUntil(servesUntil));
    return new KeySnapshot(keys, generation, fetchedAt, servesUntil);
  }

  /** Ends the keys that the next snapshot no longer holds. */
  void retireFor(KeySnapshot next) {
    keys.forEach((jwk, key) -> {
      if (!next.keys.containsKey(jwk)) {
        key.retire();
      }
    });
  }

  /** The keys of that id, or all when it is null; null when there is none. */
  @Nullable Found find(@Nullable String keyId) {
    return keyId == null ? all : byId.get(keyId);
  }

  /** Whether it holds keys that are fresh enough. */
  boolean serves(long nowMillis) {
    return all != null && nowMillis < servesUntilMillis;
  }

  List<JWK> published() {
    return List.copyOf(keys.keySet());
  }

  List<String> keyIds() {
    return keys.keySet().stream().map(JWK::getKeyID).filter(Objects::nonNull).distinct().toList();
  }

  /** Rises whenever the keys change. */
  long generation() {
    return generation;
  }

  /** Milliseconds since the epoch, or 0 when nothing was read yet. */
  long fetchedAtMillis() {
    return fetchedAtMillis;
  }

  int size() {
    return keys.size();
  }

  private static Map<String, Found> index(Map<JWK, VerificationKey> keys) {
    Map<String, List<VerificationKey>> grouped = new HashMap<>();
    keys.forEach((jwk, key) -> {
      if (jwk.getKeyID() != null) {
        grouped.computeIfAbsent(jwk.getKeyID(), id -> new ArrayList<>()).add(key);
      }
    });
    Map<String, Found> index = new HashMap<>();
    grouped.forEach((id, list) -> index.put(id, new Found(List.copyOf(list))));
    return index;
  }
}
