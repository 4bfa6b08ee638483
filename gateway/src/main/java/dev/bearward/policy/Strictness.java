package dev.bearward.policy;

import dev.bearward.policy.Requirement.Token;
import dev.bearward.token.ClaimCondition;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The partial order of demands: which of two is at least as strict, as far as it can be seen. */
final class Strictness {
  private Strictness() {}

  static boolean atLeast(Token stricter, Token other) {
    return choiceWithin(stricter.issuers(), other.issuers())
        && choiceWithin(stricter.audiences(), other.audiences())
        && needed(stricter).containsAll(other.scopes())
        && anyScopeHolds(stricter, other)
        && other.claims().stream().allMatch(claim -> implied(stricter.claims(), claim))
        && (other.stepUp() == null || covers(stricter.stepUp(), other.stepUp()));
  }

  private static boolean covers(@Nullable StepUp given, StepUp wanted) {
    return given != null && given.demandsAtLeast(wanted);
  }

  /** An empty choice means no demand. */
  private static boolean choiceWithin(Collection<String> narrow, Collection<String> wide) {
    return wide.isEmpty() || (!narrow.isEmpty() && wide.containsAll(narrow));
  }

  /** Scopes that every token has; a choice of one is no choice. */
  private static Set<String> needed(Token token) {
    var needed = new HashSet<>(token.scopes());
    if (token.anyScope().size() == 1) {
      needed.addAll(token.anyScope());
    }
    return needed;
  }

  private static boolean anyScopeHolds(Token stricter, Token other) {
    List<String> wanted = other.anyScope();
    return choiceWithin(stricter.anyScope(), wanted)
        || stricter.scopes().stream().anyMatch(wanted::contains);
  }

  private static boolean implied(List<ClaimCondition> given, ClaimCondition wanted) {
    return given.stream().anyMatch(condition -> implies(condition, wanted));
  }

  private static boolean implies(ClaimCondition given, ClaimCondition wanted) {
    if (!given.claim().equals(wanted.claim())) {
      return false;
    }
    return switch (wanted) {
      case ClaimCondition.Equals(var _, var value) ->
          given.equals(wanted)
              || (given instanceof ClaimCondition.In(var _, var values)
                  && values.equals(List.of(value)));
      case ClaimCondition.In(var _, var values) ->
          switch (given) {
            case ClaimCondition.Equals(var _, var value) -> values.contains(value);
            case ClaimCondition.In(var _, var fewer) -> values.containsAll(fewer);
            case ClaimCondition.Contains _ -> false;
          };
      case ClaimCondition.Contains _ -> given.equals(wanted);
    };
  }
}
