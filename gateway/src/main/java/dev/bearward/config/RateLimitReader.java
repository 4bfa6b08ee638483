package dev.bearward.config;

import dev.bearward.access.RatePolicy;
import dev.bearward.access.RatePolicy.By;
import dev.bearward.limit.RateLimit;
import dev.bearward.policy.Requirement;
import dev.bearward.token.ClaimPath;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many requests each client of a route may make. */
final class RateLimitReader {
  private static final int MOST = 1_000_000;
  private static final List<String> WORDS = List.of("subject", "client", "address");

  private RateLimitReader() {}

  /**
   * Reads it.
   *
   * @param requirement what the route demands, or null when that has a problem of its own
   */
  static @Nullable RatePolicy read(Value value, @Nullable Requirement requirement) {
    Section rate = value.section(Keys.RATE_LIMIT);
    if (rate == null) {
      return null;
    }
    Integer requests = rate.need("requests", "a whole number, 1 to " + MOST, v -> v.whole(1, MOST));
    Duration per =
        rate.or(
            "per",
            Duration.ofSeconds(1),
            v -> v.duration(Duration.ofMillis(100), Duration.ofHours(24)));
    Integer burst = rate.orNull("burst", v -> v.whole(1, MOST));
    By by = rate.or("by", new RatePolicy.Subject(), RateLimitReader::by);
    if (requirement instanceof Requirement.Open && !(by instanceof RatePolicy.Address)) {
      rate.report(
          "by",
          (rate.has("by") ? "a token's claim" : "subject by default")
              + " (expected: address; a public route looks at no token)");
    }
    return requests == null
        ? null
        : new RatePolicy(new RateLimit(requests, per, burst == null ? requests : burst), by);
  }

  private static @Nullable By by(Value value) {
    if (value.isMapping()) {
      ClaimPath claim =
          Section.of(value, Keys.RATE_LIMIT_BY).need("claim", "a claim", ClaimReader::path);
      return claim == null ? null : new RatePolicy.Claim(claim);
    }
    String expected = String.join(", ", WORDS) + ", or a mapping with claim";
    String word = value.text(expected);
    return switch (word) {
      case null -> null;
      case "subject" -> new RatePolicy.Subject();
      case "client" -> new RatePolicy.Client();
      case "address" -> new RatePolicy.Address();
      default -> {
        value.refuse(expected);
        yield null;
      }
    };
  }
}
