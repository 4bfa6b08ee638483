package dev.bearward.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verified tokens for tests of the rooms that judge them. */
public final class VerifiedTokens {
  private String issuer = "test";
  private @Nullable String subject = "alice";
  private @Nullable String clientId = "spa-client";
  private @Nullable String tokenId;
  private long issuedAtMillis = Verified.ISSUED_LONG_AGO;
  private List<String> audiences = List.of("appointments:api");
  private Set<String> scopes = Set.of();
  private final Map<ClaimPath, ClaimValue> claims = new HashMap<>();
  private long expiresAtMillis = Long.MAX_VALUE;
  private @Nullable Confirmation confirmation;

  private Duration clockSkew = Duration.ZERO;

  private VerifiedTokens() {}

  /** A token of alice's at the issuer named test. */
  public static VerifiedTokens alice() {
    return new VerifiedTokens();
  }

  /** By another issuer. */
  public VerifiedTokens issuer(String name) {
    issuer = name;
    return this;
  }

  /** Of another subject, or of none. */
  public VerifiedTokens subject(@Nullable String value) {
    subject = value;
    return this;
  }

  /** Of another client, or of none. */
  public VerifiedTokens clientId(@Nullable String value) {
    clientId = value;
    return this;
  }

  /** With a {@code jti}. */
  public VerifiedTokens tokenId(String value) {
    tokenId = value;
    return this;
  }

  /** Issued at that time; without it the token does not say when. */
  public VerifiedTokens issuedAt(Instant time) {
    issuedAtMillis = time.toEpochMilli();
    return this;
  }

  /** For other audiences. */
  public VerifiedTokens audiences(String... values) {
    audiences = List.of(values);
    return this;
  }

  /** With scopes. */
  public VerifiedTokens scopes(String... values) {
    scopes = Set.of(values);
    return this;
  }

  /** With a claim. */
  public VerifiedTokens claim(ClaimPath path, ClaimValue value) {
    claims.put(path, value);
    return this;
  }

  /** With a top-level claim that is a string. */
  public VerifiedTokens claim(String name, String value) {
    return claim(ClaimPath.of(name), new ClaimValue.Text(value));
  }

  /** By an issuer with that leeway. */
  public VerifiedTokens clockSkew(Duration value) {
    clockSkew = value;
    return this;
  }

  /** Ending at that time. */
  public VerifiedTokens expiresAtMillis(long millis) {
    expiresAtMillis = millis;
    return this;
  }

  /** Bound to a key, a certificate, or both. */
  public VerifiedTokens boundTo(
      @Nullable String keyThumbprint, @Nullable String certificateThumbprint) {
    confirmation = new Confirmation(keyThumbprint, certificateThumbprint);
    return this;
  }

  /** The token. */
  public Verified build() {
    Validity validity = new Validity(Long.MIN_VALUE, expiresAtMillis, null);
    return new Verified(
        issuer,
        subject,
        clientId,
        tokenId,
        issuedAtMillis,
        audiences,
        scopes,
        claims,
        expiresAtMillis,
        validity,
        Authentication.of(claims.get(Authentication.CLAIM), clockSkew),
        confirmation);
  }
}
