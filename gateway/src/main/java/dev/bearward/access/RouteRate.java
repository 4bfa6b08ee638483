package dev.bearward.access;

import dev.bearward.http.Header;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.ClientNetwork;
import dev.bearward.limit.RateLimiter;
import dev.bearward.limit.Spending;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.ClaimValue;
import dev.bearward.token.Verified;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rate of one route: who a request counts for, and what its response says of it
 * (draft-ietf-httpapi-ratelimit-headers-10).
 */
final class RouteRate {
  /** Longer names of clients are kept as their digest. */
  private static final int LONGEST_NAME = 128;

  private final String route;
  private final RatePolicy policy;
  private final RateLimiter limiter;
  private final Header described;

  RouteRate(String route, RatePolicy policy, RateLimiter limiter) {
    this.route = route;
    this.policy = policy;
    this.limiter = limiter;
    this.described = new Header("RateLimit-Policy", described(policy));
  }

  /** The quota, and its window where that is a whole number of seconds. */
  private static String described(RatePolicy policy) {
    Duration per = policy.limit().per();
    boolean whole = per.equals(Duration.ofSeconds(per.toSeconds()));
    return "\"requests\";q=" + policy.limit().requests() + (whole ? ";w=" + per.toSeconds() : "");
  }

  /** Whether requests count before anybody knows who makes them. */
  boolean byAddress() {
    return policy.by() instanceof RatePolicy.Address;
  }

  /** Who a request counts for of which no more is known than where it comes from. */
  static String unknown(RequestHead head) {
    return "a" + Long.toHexString(ClientNetwork.of(head.peer().address()));
  }

  /** Who a request counts for by its token; null when that does not say. */
  @Nullable String known(Verified identity) {
    return known(policy, identity);
  }

  static @Nullable String known(RatePolicy policy, Verified identity) {
    String name =
        switch (policy.by()) {
          case RatePolicy.Subject _ -> named("s", identity, identity.subject());
          case RatePolicy.Client _ -> named("c", identity, identity.clientId());
          case RatePolicy.Claim(ClaimPath claim) ->
              named("v", identity, scalar(identity.claim(claim)));
          case RatePolicy.Address _ -> throw new IllegalStateException("by: address");
        };
    return name == null || name.length() <= LONGEST_NAME ? name : digest(name);
  }

  private static @Nullable String named(String kind, Verified identity, @Nullable String name) {
    return name == null || name.isEmpty() ? null : kind + identity.issuer() + '\n' + name;
  }

  private static @Nullable String scalar(@Nullable ClaimValue value) {
    return switch (value) {
      case null -> null;
      case ClaimValue.Text(String text) -> text.isEmpty() ? null : "t" + text;
      case ClaimValue.Numeric(var number) -> "n" + number.stripTrailingZeros();
      case ClaimValue.Bool(boolean truth) -> "b" + truth;
      case ClaimValue.Null _, ClaimValue.Array _, ClaimValue.Members _ -> null;
    };
  }

  private static String digest(String name) {
    try {
      byte[] octets = name.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256", e);
    }
  }

  Spending spend(String client) {
    return limiter.spend(route, policy.limit(), client);
  }

  /** What is said with a request that was counted. */
  List<Header> told(Spending.Allowed allowed) {
    return told(allowed.remaining(), allowed.untilFull());
  }

  /** What is said with one that was refused. */
  List<Header> told(Spending.Exhausted exhausted) {
    return told(0, exhausted.retryAfter());
  }

  private List<Header> told(long remaining, Duration reset) {
    String state = "\"requests\";r=" + remaining + ";t=" + wholeSeconds(reset);
    return List.of(described, new Header("RateLimit", state));
  }

  private static long wholeSeconds(Duration duration) {
    return duration.plusNanos(999_999_999).toSeconds();
  }
}
