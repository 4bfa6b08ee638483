package dev.bearward.access;

import dev.bearward.http.Reason;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The WWW-Authenticate values of one route (RFC 6750 section 3), made once. A challenge goes with
 * every refusal that the token or its absence caused; it names the realm, an error only when a
 * token was sent, and the scopes or the authentication needed only when they are what is missing.
 */
final class Challenges {
  private final Map<Reason, String> byReason = new EnumMap<>(Reason.class);

  Challenges(String realm, Requirement requirement) {
    String plain = "Bearer realm=" + quoted(realm);
    for (Reason reason : Reason.values()) {
      String error = reason.oauthError();
      if (error != null) {
        byReason.put(reason, plain + error(error, reason.detail()));
      }
    }
    byReason.put(Reason.NO_TOKEN, plain);
    byReason.put(Reason.CLAIM_MISMATCH, plain);
    if (requirement instanceof Requirement.Token token) {
      byReason.computeIfPresent(Reason.INSUFFICIENT_SCOPE, (_, c) -> c + scopes(token));
      byReason.computeIfPresent(Reason.STEP_UP_REQUIRED, (_, c) -> c + stepUp(token.stepUp()));
    }
  }

  private static String scopes(Requirement.Token token) {
    List<String> scopes = token.scopesToAskFor();
    return scopes.isEmpty() ? "" : ", scope=" + quoted(String.join(" ", scopes));
  }

  /**
   * Names all that is demanded of the authentication, not only what was short: whoever asks for a
   * token with half of it gets one that may lack the other half (RFC 9470 section 3).
   */
  private static String stepUp(@Nullable StepUp demand) {
    if (demand == null) {
      return "";
    }
    String acr =
        demand.acrValues().isEmpty()
            ? ""
            : ", acr_values=" + quoted(String.join(" ", demand.acrValues()));
    Duration maxAge = demand.maxAge();
    return maxAge == null ? acr : acr + ", max_age=\"" + maxAge.toSeconds() + "\"";
  }

  private static String error(String error, String description) {
    return ", error=\"" + error + "\", error_description=\"" + description + "\"";
  }

  /** The challenge of a refusal, or null when no token is at fault. */
  @Nullable String of(Reason reason) {
    return byReason.get(reason);
  }

  /** A quoted-string (RFC 9110 section 5.6.4). */
  static String quoted(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
