package dev.bearward.policy;

import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How and how recently the user must have been authenticated (RFC 9470). What the token does not
 * say counts as short (rule 81). A token ages, so this is judged anew for every request.
 *
 * @param acrValues the token's {@code acr} is one of them, in the order of preference; empty: no
 *     demand
 * @param maxAge longest time since {@code auth_time}, in whole seconds, or null for no demand
 */
public record StepUp(List<String> acrValues, @Nullable Duration maxAge) {
  private static final ClaimPath ACR = ClaimPath.of("acr");

  /** The claims it is judged by. */
  public static final Set<ClaimPath> CLAIMS = Set.of(ACR, ClaimPath.of("auth_time"));

  /**
   * Keeps copies.
   *
   * @throws IllegalArgumentException when it demands nothing, or no whole seconds
   */
  public StepUp {
    acrValues = List.copyOf(acrValues);
    if (acrValues.isEmpty() && maxAge == null) {
      throw new IllegalArgumentException("acr: nothing (expected: anyOf, maxAge or both)");
    }
    if (maxAge != null && (maxAge.isNegative() || !wholeSeconds(maxAge))) {
      throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: whole seconds)");
    }
  }

  /** Whether {@code max_age} can say it. */
  public static boolean wholeSeconds(Duration duration) {
    return duration.equals(Duration.ofSeconds(duration.toSeconds()));
  }

  /** Key of the first demand that the token does not meet, or null when it meets all. */
  @Nullable String missing(Verified identity, InstantSource clock) {
    if (!acrValues.isEmpty()
        && !(identity.claim(ACR) instanceof ClaimValue.Text(String acr)
            && acrValues.contains(acr))) {
      return "acr.anyOf";
    }
    return maxAge != null && !identity.authenticatedWithin(maxAge, clock.millis())
        ? "acr.maxAge"
        : null;
  }

  /** Whether whoever meets this meets the other too. */
  boolean demandsAtLeast(StepUp other) {
    boolean strong =
        other.acrValues.isEmpty()
            || (!acrValues.isEmpty() && other.acrValues.containsAll(acrValues));
    boolean recent =
        other.maxAge == null || (maxAge != null && maxAge.compareTo(other.maxAge) <= 0);
    return strong && recent;
  }
}
