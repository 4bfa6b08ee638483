package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When a token of an issuer counts (RFC 7519 sections 4.1.4 to 4.1.6). All in milliseconds. */
final class TimeRules {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final long skew;
  private final long maxAge;
  private final long maxLifetime;

  TimeRules(IssuerSettings settings) {
    this.skew = millis(settings.clockSkew());
    this.maxAge = settings.maxTokenAge() == null ? NO_LIMIT : millis(settings.maxTokenAge());
    this.maxLifetime = settings.maxLifetime() == null ? NO_LIMIT : millis(settings.maxLifetime());
  }

  private static long millis(Duration duration) {
    boolean farOff = duration.toSeconds() > NumericDate.LATEST_MILLIS / 1000;
    return farOff ? NumericDate.LATEST_MILLIS : duration.toMillis();
  }

  /** What is wrong with a token's times, or null; one without {@code exp} has no end. */
  @Nullable Reason problem(TokenClaims claims, long now) {
    long expires = expiry(claims);
    if (now >= expires + skew) {
      return Reason.EXPIRED;
    }
    if (now < beginning(claims) - skew) {
      return Reason.NOT_YET_VALID;
    }
    if (maxAge == NO_LIMIT && maxLifetime == NO_LIMIT) {
      return null;
    }
    if (!claims.has("iat")) {
      return Reason.MISSING_CLAIM;
    }
    long issued = claims.millis("iat", now);
    if (maxAge != NO_LIMIT && now > issued + maxAge + skew) {
      return Reason.TOO_OLD;
    }
    return expires - issued > maxLifetime ? Reason.TOO_LONG_LIVED : null;
  }

  /** For how long a token without a problem has none. */
  Validity validity(TokenClaims claims, @Nullable VerificationKey key) {
    long until = expiry(claims) + skew;
    if (maxAge != NO_LIMIT) {
      until = Math.min(until, claims.millis("iat", 0) + maxAge + skew + 1);
    }
    return new Validity(beginning(claims) - skew, until, key);
  }

  /** {@code exp} without leeway. */
  static long expiry(TokenClaims claims) {
    return claims.millis("exp", NumericDate.LATEST_MILLIS);
  }

  private static long beginning(TokenClaims claims) {
    return Math.max(
        claims.millis("nbf", -NumericDate.LATEST_MILLIS),
        claims.millis("iat", -NumericDate.LATEST_MILLIS));
  }
}
