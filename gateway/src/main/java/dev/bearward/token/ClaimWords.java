package dev.bearward.token;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Claims and conditions on them as people read them. */
public final class ClaimWords {
  private ClaimWords() {}

  /** A value; null stands for a claim that the token lacks. */
  public static String of(@Nullable ClaimValue value) {
    return switch (value) {
      case null -> "nothing";
      case ClaimValue.Text(String text) -> text;
      case ClaimValue.Numeric(var number) -> number.toPlainString();
      case ClaimValue.Bool(boolean truth) -> Boolean.toString(truth);
      case ClaimValue.Null _ -> "null";
      case ClaimValue.Array(var items) -> items.stream().map(ClaimWords::of).toList().toString();
      case ClaimValue.Members(var members) -> members.keySet().toString();
    };
  }

  /** A condition. */
  public static String of(ClaimCondition condition) {
    return switch (condition) {
      case ClaimCondition.Equals(var claim, var value) -> claim + " equals " + of(value);
      case ClaimCondition.Contains(var claim, var value) -> claim + " contains " + of(value);
      case ClaimCondition.In(var claim, var values) ->
          claim
              + values.stream().map(ClaimWords::of).collect(Collectors.joining(", ", " in [", "]"));
    };
  }
}
