package dev.bearward.token;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Denies tokens that would be good otherwise.
 *
 * @param by what {@code name} is
 * @param name compared exactly with the token's claim
 * @param issuer name of the configuration of the issuer whose tokens are meant, or null for all
 *     issuers
 * @param issuedBefore denies the tokens issued earlier; null denies them whenever they were issued,
 *     which a {@code jti} needs no more than that
 * @param expiresAt when the denied tokens have ended by themselves, leeway not counted
 */
public record Revocation(
    By by,
    String name,
    @Nullable String issuer,
    @Nullable Instant issuedBefore,
    Instant expiresAt) {
  /** Longest name, in characters. */
  public static final int MAX_NAME = 1_024;

  /**
   * For how long a revocation goes on after its end, since a token does so too: the largest leeway
   * that an issuer can be given. So one that ends with its token's {@code exp} outlives it.
   */
  public static final Duration LEEWAY = Duration.ofMinutes(5);

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  public Revocation {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          by.claim() + ": " + name.length() + " characters (expected: 1 to " + MAX_NAME + ")");
    }
    if ((by == By.TOKEN_ID) != (issuedBefore == null)) {
      throw new IllegalArgumentException(
          "issuedBefore: " + issuedBefore + " (expected: a time with sub and client_id only)");
    }
    timely("expiresAt", expiresAt);
    if (issuedBefore != null) {
      timely("issuedBefore", issuedBefore);
    }
  }

  private static void timely(String member, Instant time) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
      throw new IllegalArgumentException(member + ": " + time + " (expected: 1970 to 9999)");
    }
  }

  /** What a revocation names. */
  public enum By {
    /** One token, by its {@code jti}. */
    TOKEN_ID("jti"),
    /** A subject's tokens. */
    SUBJECT("sub"),
    /** A client's tokens: {@code client_id}, or {@code azp} where the token has no other. */
    CLIENT("client_id");

    private final String claim;

    By(String claim) {
      this.claim = claim;
    }

    /** The claim; the contract's name in requests, files and metrics. */
    public String claim() {
      return claim;
    }
  }

  /** Whether a token that has the name was issued early enough to be denied. */
  boolean reaches(Verified token) {
    return issuedBefore == null || token.issuedAtMillis() < issuedBefore.toEpochMilli();
  }

  /** Whether it has not ended, leeway included. */
  boolean holdsAt(long nowMillis) {
    return nowMillis < expiresAt.toEpochMilli() + LEEWAY.toMillis();
  }

  /** Denies what either does: the later times of both, which are about the same name. */
  Revocation widenedBy(Revocation other) {
    return new Revocation(
        by,
        name,
        issuer,
        later(issuedBefore, other.issuedBefore),
        expiresAt.isAfter(other.expiresAt) ? expiresAt : other.expiresAt);
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other == null || one.isAfter(other) ? one : other;
  }
}
