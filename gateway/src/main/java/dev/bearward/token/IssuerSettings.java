package dev.bearward.token;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is accepted of one issuer's tokens.
 *
 * @param name name of the configuration; unique
 * @param issuer compared exactly with {@code iss}
 * @param audiences a token must be meant for at least one of them; never empty
 * @param audienceClaim the claim that says what a token is meant for; {@code aud} by RFC 7519
 * @param algorithms allowed signature algorithms; HMAC ones only with a secret
 * @param clockSkew leeway on exp, nbf and iat
 * @param maxTokenAge longest time since {@code iat}, or null
 * @param maxLifetime longest time from {@code iat} to {@code exp}, or null
 * @param profile which claims and types are demanded
 * @param scopeClaims claims that hold scopes, each a space-separated string or an array of strings
 * @param requireClaims conditions every token of the issuer must meet
 * @param secret shared secret for HMAC, at least 32 bytes, or null
 * @param binding whether tokens may or must be bound to a key of the client
 */
public record IssuerSettings(
    String name,
    String issuer,
    List<String> audiences,
    ClaimPath audienceClaim,
    Set<JwsAlgorithm> algorithms,
    Duration clockSkew,
    @Nullable Duration maxTokenAge,
    @Nullable Duration maxLifetime,
    Profile profile,
    List<ClaimPath> scopeClaims,
    List<ClaimCondition> requireClaims,
    @Nullable SharedSecret secret,
    BindingSettings binding) {
  /** Where RFC 7519 section 4.1.3 has the audience. */
  public static final ClaimPath AUD = ClaimPath.of("aud");

  public IssuerSettings {
    audiences = List.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    scopeClaims = List.copyOf(scopeClaims);
    requireClaims = List.copyOf(requireClaims);
    if (audiences.isEmpty()) {
      throw new IllegalArgumentException("audience: none (expected: at least one)");
    }
    if (algorithms.isEmpty()) {
      throw new IllegalArgumentException("algorithms: none (expected: at least one)");
    }
    if (clockSkew.isNegative()) {
      throw new IllegalArgumentException("clockSkew: " + clockSkew + " (expected: 0s or more)");
    }
  }

  /** How strictly a token's shape is read. */
  public enum Profile {
    /** typ absent, JWT or at+jwt; iss, exp and aud required. */
    LENIENT,
    /** RFC 9068: typ at+jwt; iss, exp, aud, sub, client_id, iat and jti required. */
    RFC9068,
    /** As lenient, and ID tokens (OpenID Connect Core section 2) pass; sub and iat required. */
    ID_TOKEN
  }
}
