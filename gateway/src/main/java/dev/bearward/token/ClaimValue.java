package dev.bearward.token;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value of a claim. */
public sealed interface ClaimValue {
  /** Whether both are scalars of the same type and value; numbers by value, so 1 is 1.0. */
  default boolean sameScalar(ClaimValue other) {
    return switch (this) {
      case Text text -> text.equals(other);
      case Numeric(BigDecimal own) ->
          other instanceof Numeric(BigDecimal its) && own.compareTo(its) == 0;
      case Bool bool -> bool.equals(other);
      case Null _, Array _, Members _ -> false;
    };
  }

  /** Whether it is the same scalar as one of those. */
  default boolean sameScalarAsAny(List<ClaimValue> others) {
    for (ClaimValue other : others) {
      if (sameScalar(other)) {
        return true;
      }
    }
    return false;
  }

  /** A JSON string. */
  record Text(String value) implements ClaimValue {}

  /** A JSON number. */
  record Numeric(BigDecimal value) implements ClaimValue {}

  /** A JSON boolean. */
  record Bool(boolean value) implements ClaimValue {}

  /** JSON null. */
  record Null() implements ClaimValue {}

  /** A JSON array. */
  record Array(List<ClaimValue> items) implements ClaimValue {
    public Array {
      items = List.copyOf(items);
    }
  }

  /** A JSON object; its members keep their order. */
  record Members(Map<String, ClaimValue> members) implements ClaimValue {
    public Members {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }
}
