package dev.bearward.token;

import dev.bearward.http.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A token's times as people read them, a line for each rule, in the order of {@link TimeRules}. */
final class TimeWords {
  private static final Duration DAYS_2 = Duration.ofDays(2);
  private static final Duration HOURS_2 = Duration.ofHours(2);
  private static final Duration MINUTES_2 = Duration.ofMinutes(2);

  private TimeWords() {}

  /**
   * What one rule looks at.
   *
   * @param reasons what it refuses with; the first stands for it when it is met
   * @param key of the setting
   */
  record Line(List<Reason> reasons, String text, String key) {}

  static List<Line> of(TokenClaims claims, IssuerSettings settings, long now) {
    String skew = " (clockSkew " + words(settings.clockSkew()) + ")";
    var lines = new ArrayList<Line>();
    lines.add(new Line(List.of(Reason.EXPIRED), time(claims, "exp", now) + skew, "clockSkew"));
    lines.add(
        new Line(
            List.of(Reason.NOT_YET_VALID),
            time(claims, "iat", now) + ", " + time(claims, "nbf", now) + skew,
            "clockSkew"));
    Duration maxAge = settings.maxTokenAge();
    Duration maxLifetime = settings.maxLifetime();
    if (maxAge != null) {
      lines.add(
          new Line(
              List.of(Reason.TOO_OLD, Reason.MISSING_CLAIM),
              time(claims, "iat", now) + ", maxTokenAge " + words(maxAge) + skew,
              "maxTokenAge"));
    }
    if (maxLifetime != null) {
      lines.add(
          new Line(
              List.of(Reason.TOO_LONG_LIVED, Reason.MISSING_CLAIM),
              "from iat to exp " + lifetime(claims) + ", maxLifetime " + words(maxLifetime),
              "maxLifetime"));
    }
    return lines;
  }

  private static String lifetime(TokenClaims claims) {
    return claims.has("iat") && claims.has("exp")
        ? words(Duration.ofMillis(claims.millis("exp", 0) - claims.millis("iat", 0)))
        : "unknown";
  }

  private static String time(TokenClaims claims, String name, long now) {
    if (!claims.has(name)) {
      return "no " + name;
    }
    long at = claims.millis(name, now);
    String distance = words(Duration.ofMillis(Math.abs(at - now)));
    return name
        + " "
        + Instant.ofEpochMilli(at)
        + (at > now ? " is in " + distance : " was " + distance + " ago");
  }

  /** A duration in one unit that is not too fine for it. */
  static String words(Duration duration) {
    if (duration.compareTo(DAYS_2) >= 0) {
      return duration.toDays() + " d";
    }
    if (duration.compareTo(HOURS_2) >= 0) {
      return duration.toHours() + " h";
    }
    return duration.compareTo(MINUTES_2) >= 0
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }
}
