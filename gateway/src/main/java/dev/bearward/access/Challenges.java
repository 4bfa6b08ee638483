package dev.bearward.access;

import dev.bearward.binding.Schemes;
import dev.bearward.http.Reason;
import dev.bearward.policy.Requirement;
import dev.bearward.policy.StepUp;
import dev.bearward.token.SelfKeyedJws;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The WWW-Authenticate values of one route (RFC 6750 section 3), made once. A challenge goes with
 * every refusal that the token or its absence caused; it names the realm, an error only when a
 * token was sent, and the scopes or the authentication needed only when they are what is missing.
 * Where proofs are wanted it is one for DPoP, where they are optional there are both, and the error
 * stands in the one that the client used (RFC 9449 section 7.1, rule 77).
 */
final class Challenges {
  private static final String PROOF_ALGORITHMS =
      SelfKeyedJws.ALGORITHMS.stream().collect(Collectors.joining(" ", ", algs=\"", "\""));

  private final Map<Reason, String> underBearer = new EnumMap<>(Reason.class);
  private final Map<Reason, String> underDpop = new EnumMap<>(Reason.class);

  /**
   * Makes them.
   *
   * @param metadataUrl where the resource's metadata is (RFC 9728 section 5.1), or null
   */
  Challenges(String realm, @Nullable String metadataUrl, Requirement requirement, Schemes schemes) {
    String metadata = metadataUrl == null ? "" : ", resource_metadata=" + quoted(metadataUrl);
    String common = "realm=" + quoted(realm) + metadata;
    String bearer = schemes.bearer() ? "Bearer " + common : "";
    String dpop = schemes.dpop() ? "DPoP " + common + PROOF_ALGORITHMS : "";
    for (Reason reason : Reason.values()) {
      String error = reason.oauthError();
      if (error != null || reason == Reason.NO_TOKEN || reason == Reason.CLAIM_MISMATCH) {
        String why =
            (error == null ? "" : error(error, reason.detail())) + more(reason, requirement);
        underBearer.put(reason, both(bearer, dpop, why, schemes.bearer()));
        underDpop.put(reason, both(bearer, dpop, why, !schemes.dpop()));
      }
    }
  }

  /** Both challenges where both schemes are taken; what is wrong stands in one of them. */
  private static String both(String bearer, String dpop, String why, boolean inBearer) {
    return bearer
        + (inBearer ? why : "")
        + (bearer.isEmpty() || dpop.isEmpty() ? "" : ", ")
        + dpop
        + (inBearer ? "" : why);
  }

  private static String more(Reason reason, Requirement requirement) {
    if (!(requirement instanceof Requirement.Token token)) {
      return "";
    }
    return switch (reason) {
      case INSUFFICIENT_SCOPE -> scopes(token);
      case STEP_UP_REQUIRED -> stepUp(token.stepUp());
      default -> "";
    };
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

  /**
   * The challenge of a refusal, or null when no token is at fault.
   *
   * @param dpop whether the client sent its token under the scheme DPoP
   */
  @Nullable String of(Reason reason, boolean dpop) {
    return (dpop ? underDpop : underBearer).get(reason);
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
