package dev.bearward.token;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Facts of a token whose signature, type, audience and times were verified. Made only in this room.
 */
public final class Verified implements TokenVerifier.Verification {
  /** Stands for the {@code iat} of a token that has none. */
  public static final long ISSUED_LONG_AGO = Long.MIN_VALUE;

  private final String issuer;
  private final @Nullable String subject;
  private final @Nullable String clientId;
  private final @Nullable String tokenId;
  private final long issuedAtMillis;
  private final List<String> audiences;
  private final Set<String> scopes;
  private final Map<ClaimPath, ClaimValue> claims;
  private final long expiresAtMillis;
  private final Validity validity;
  private final @Nullable Authentication authentication;
  private final @Nullable Confirmation confirmation;

  Verified(
      String issuer,
      @Nullable String subject,
      @Nullable String clientId,
      @Nullable String tokenId,
      long issuedAtMillis,
      List<String> audiences,
      Set<String> scopes,
      Map<ClaimPath, ClaimValue> claims,
      long expiresAtMillis,
      Validity validity,
      @Nullable Authentication authentication,
      @Nullable Confirmation confirmation) {
    this.issuer = issuer;
    this.subject = subject;
    this.clientId = clientId;
    this.tokenId = tokenId;
    this.issuedAtMillis = issuedAtMillis;
    this.audiences = List.copyOf(audiences);
    this.scopes = Set.copyOf(scopes);
    this.claims = Map.copyOf(claims);
    this.expiresAtMillis = expiresAtMillis;
    this.validity = validity;
    this.authentication = authentication;
    this.confirmation = confirmation;
  }

  /** Name of the issuer's configuration. */
  public String issuer() {
    return issuer;
  }

  /** {@code sub}, or null. */
  public @Nullable String subject() {
    return subject;
  }

  /** {@code client_id}, else {@code azp}, or null. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** {@code jti}, or null. */
  public @Nullable String tokenId() {
    return tokenId;
  }

  /**
   * {@code iat} in milliseconds since the epoch, or {@link #ISSUED_LONG_AGO} when the token does
   * not say: then it was issued before any other time.
   */
  public long issuedAtMillis() {
    return issuedAtMillis;
  }

  /** All of {@code aud}. */
  public List<String> audiences() {
    return audiences;
  }

  /** Scopes granted, each exact. */
  public Set<String> scopes() {
    return scopes;
  }

  /**
   * What it is bound to, or null for nothing. Whoever sends a bound token has yet to prove that it
   * is theirs.
   */
  public @Nullable Confirmation confirmation() {
    return confirmation;
  }

  /** A claim that the configuration speaks of, or null when the token lacks it. */
  public @Nullable ClaimValue claim(ClaimPath path) {
    return claims.get(path);
  }

  /** The claims that can be asked for. */
  Map<ClaimPath, ClaimValue> claims() {
    return claims;
  }

  /**
   * Whether the user was authenticated no longer than that ago, by {@code auth_time} and with the
   * issuer's leeway; never, when the token does not say it (RFC 9470 section 6). For configurations
   * that keep that claim among the facts.
   */
  public boolean authenticatedWithin(Duration maxAge, long nowMillis) {
    return authentication != null && authentication.within(maxAge, nowMillis);
  }

  /** For how long the verification stands. */
  Validity validity() {
    return validity;
  }

  /**
   * First moment at which the token is refused for its age, leeway included, in milliseconds since
   * the epoch; millions of years off for one that has no end.
   */
  public long goodUntilMillis() {
    return validity.endMillis();
  }

  /**
   * {@code exp} without leeway, in milliseconds since the epoch; up to three million years off
   * whatever the token says, so that a sum never overflows.
   */
  public long expiresAtMillis() {
    return expiresAtMillis;
  }
}
