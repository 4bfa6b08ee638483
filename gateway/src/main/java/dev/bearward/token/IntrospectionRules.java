package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what an issuer says of an opaque token (RFC 7662 section 2.2). Only a boolean {@code
 * active: true} passes, and the other members are still checked: {@code iss} and {@code exp} where
 * they are there, {@code aud} always, since a token that is for another API is active as well.
 */
public final class IntrospectionRules {
  private static final Set<String> OWN = Set.of("active", "token_type", "token_use");

  private static final String PROOF_BOUND = "dpop";

  /** The registered names of access tokens, and what some servers say instead. */
  private static final Set<String> TYPES =
      Set.of(
          "bearer", PROOF_BOUND, "access_token", "urn:ietf:params:oauth:token-type:access_token");

  /** A member of some servers that tells refresh and ID tokens from access tokens. */
  private static final Set<String> USES = Set.of("access_token", "access");

  private static final ClaimPath ACTIVE = ClaimPath.of("active");

  private final IssuerRules rules;
  private final long keptMillis;
  private final InstantSource clock;
  private final Set<String> wanted;

  /**
   * @param settings the issuer that is asked
   * @param kept how long an answer holds at most
   * @param facts the claims that verified tokens have to show, see {@link Verified#claim}
   * @param clock the time
   */
  public IntrospectionRules(
      IssuerSettings settings, Duration kept, Set<ClaimPath> facts, InstantSource clock) {
    this.rules = new IssuerRules(settings, facts);
    this.keptMillis = kept.toMillis();
    this.clock = clock;
    Set<String> names = new HashSet<>(TokenClaims.STANDARD);
    names.addAll(OWN);
    names.add(settings.audienceClaim().names().getFirst());
    facts.forEach(path -> names.add(path.names().getFirst()));
    settings.scopeClaims().forEach(path -> names.add(path.names().getFirst()));
    settings.requireClaims().forEach(rule -> names.add(rule.claim().names().getFirst()));
    this.wanted = Set.copyOf(names);
  }

  /**
   * Judges an answer.
   *
   * @param json body of the response
   * @param askedAtMillis when the question was sent; the answer says nothing of later
   * @return {@link Verified}, or why the token is refused; null when it is no answer to the
   *     question
   */
  public TokenVerifier.@Nullable Verification judge(byte[] json, long askedAtMillis) {
    TokenClaims claims = TokenClaims.readReply(json, wanted);
    if (claims == null || !(claims.at(ACTIVE) instanceof ClaimValue.Bool(boolean active))) {
      return null;
    }
    Reason problem = active ? problem(claims) : Reason.INACTIVE;
    return problem == null
        ? rules.factsOfReply(claims, askedAtMillis + keptMillis)
        : new TokenVerifier.Rejected(problem);
  }

  private @Nullable Reason problem(TokenClaims claims) {
    if (!isOneOf(claims, "token_type", TYPES) || !isOneOf(claims, "token_use", USES)) {
      return Reason.WRONG_TYPE;
    }
    boolean bound = PROOF_BOUND.equalsIgnoreCase(claims.text("token_type"));
    if (bound && !claims.has("cnf")) {
      return Reason.BINDING_NOT_SUPPORTED;
    }
    return rules.problemOfReply(claims, clock.millis());
  }

  private static boolean isOneOf(TokenClaims claims, String name, Set<String> allowed) {
    String text = claims.text(name);
    return text == null ? !claims.has(name) : allowed.contains(text.toLowerCase(Locale.ROOT));
  }
}
