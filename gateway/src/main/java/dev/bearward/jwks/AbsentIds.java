package dev.bearward.jwks;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Key ids that the last fetch was asked for and did not bring. Asking for one again causes no fetch
 * for a while, so one client with an old token spreads the budget instead of using it up at once.
 *
 * @param ids bounded in number and length
 * @param until milliseconds since the epoch
 */
record AbsentIds(Set<String> ids, long until) {
  static final int MAX_IDS = 1000;
  static final int MAX_LENGTH = 256;

  /** Nothing is known to be absent. */
  static final AbsentIds NONE = new AbsentIds(Set.of(), 0);

  /** As many of them as the bounds allow; the others merely cost budget when asked for again. */
  static AbsentIds of(Collection<String> ids, long until) {
    Set<String> kept =
        ids.stream()
            .filter(id -> id.length() <= MAX_LENGTH)
            .distinct()
            .limit(MAX_IDS)
            .collect(Collectors.toUnmodifiableSet());
    return new AbsentIds(kept, until);
  }

  boolean contains(@Nullable String id, long nowMillis) {
    return id != null && nowMillis < until && ids.contains(id);
  }
}
