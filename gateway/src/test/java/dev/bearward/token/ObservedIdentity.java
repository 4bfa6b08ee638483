package dev.bearward.token;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verified facts for tests of the rooms that only show them. */
public final class ObservedIdentity {
  private ObservedIdentity() {}

  /** A caller with that subject and those claims. */
  public static Verified of(String subject, Map<ClaimPath, ClaimValue> claims) {
    return new Verified("main", subject, "spa", List.of("api"), Set.of(), claims, Long.MAX_VALUE);
  }
}
