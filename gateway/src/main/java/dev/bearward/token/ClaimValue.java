package dev.bearward.token;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A JSON value of a claim. */
public sealed interface ClaimValue {
  /** A JSON string. */
  record Text(String value) implements ClaimValue {}

  /** A JSON number. */
  record Numeric(BigDecimal value) implements ClaimValue {}

  /** A JSON boolean. */
  record Bool(boolean value) implements ClaimValue {}

  /** JSON null. */
  record Null() implements ClaimValue {}

  /** A JSON array. */
  record Array(List<ClaimValue> items) implements ClaimValue {}

  /** A JSON object. */
  record Members(Map<String, ClaimValue> members) implements ClaimValue {}
}
