package dev.bearward.token;

import java.util.List;

/** What a claim must be; a claim that is absent or of another type never meets it. */
public sealed interface ClaimCondition {
  /** The claim it speaks of. */
  ClaimPath claim();

  /** The claim is that very scalar. */
  record Equals(ClaimPath claim, ClaimValue value) implements ClaimCondition {}

  /** The claim is one of those scalars. */
  record In(ClaimPath claim, List<ClaimValue> values) implements ClaimCondition {}

  /** The claim is an array that holds that scalar. */
  record Contains(ClaimPath claim, ClaimValue value) implements ClaimCondition {}
}
