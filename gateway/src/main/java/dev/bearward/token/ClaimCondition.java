package dev.bearward.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a claim must be; a claim that is absent or of another type never meets it. */
public sealed interface ClaimCondition {
  /** The claim it speaks of. */
  ClaimPath claim();

  /** Whether a claim's value meets it; null stands for a claim that the token lacks. */
  boolean metBy(@Nullable ClaimValue actual);

  /** Whether the token's claim meets it. */
  default boolean meets(Verified token) {
    return metBy(token.claim(claim()));
  }

  /** The claim is that very scalar. */
  record Equals(ClaimPath claim, ClaimValue value) implements ClaimCondition {
    @Override
    public boolean metBy(@Nullable ClaimValue actual) {
      return actual != null && value.sameScalar(actual);
    }
  }

  /** The claim is one of those scalars. */
  record In(ClaimPath claim, List<ClaimValue> values) implements ClaimCondition {
    public In {
      values = List.copyOf(values);
    }

    @Override
    public boolean metBy(@Nullable ClaimValue actual) {
      return actual != null && actual.sameScalarAsAny(values);
    }
  }

  /** The claim is an array that holds that scalar. */
  record Contains(ClaimPath claim, ClaimValue value) implements ClaimCondition {
    @Override
    public boolean metBy(@Nullable ClaimValue actual) {
      return actual instanceof ClaimValue.Array array && value.sameScalarAsAny(array.items());
    }
  }
}
