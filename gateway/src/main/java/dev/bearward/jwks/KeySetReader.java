package dev.bearward.jwks;

import com.nimbusds.jose.jwk.JWK;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a JWK set (RFC 7517 section 5), member by member. */
final class KeySetReader {
  /** Most members of a set that are looked at. */
  static final int MAX_MEMBERS = 100;

  private KeySetReader() {}

  /**
   * The keys of a document.
   *
   * @param where names the document in an error
   */
  static Fetched read(String where, byte[] json, @Nullable Duration maxAge) {
    Object members = Json.object(json).<Object>map(set -> set.get("keys")).orElse(null);
    if (!(members instanceof List<?> list)) {
      return new Fetched.Failed(where + ": no JWK set (expected: {\"keys\": [...]})");
    }
    Set<JWK> keys = new LinkedHashSet<>();
    Map<SkippedKey, Integer> skipped = new EnumMap<>(SkippedKey.class);
    list.stream()
        .limit(MAX_MEMBERS)
        .map(KeyMember::of)
        .forEach(member -> sort(member, keys, skipped));
    if (list.size() > MAX_MEMBERS) {
      skipped.put(SkippedKey.OVER_LIMIT, list.size() - MAX_MEMBERS);
    }
    return new Fetched.Keys(List.copyOf(keys), Map.copyOf(skipped), maxAge);
  }

  private static void sort(KeyMember member, Set<JWK> keys, Map<SkippedKey, Integer> skipped) {
    switch (member) {
      case KeyMember.Usable(JWK key) -> keys.add(key);
      case KeyMember.Skipped(SkippedKey reason) -> skipped.merge(reason, 1, Integer::sum);
    }
  }
}
