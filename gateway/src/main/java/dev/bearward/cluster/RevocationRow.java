package dev.bearward.cluster;

import dev.bearward.token.Revocation;
import dev.bearward.token.Revocation.By;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A revocation as Redis keeps it: {@code claim:issuer:name}, the latter two percent-encoded and the
 * issuer empty where all are meant; {@code issuedBefore}, or {@code -}; and its end. Times are
 * milliseconds since 1970, which is as fine as they are compared.
 *
 * @param row what it names
 * @param before least value where there is no {@code issuedBefore}
 */
record RevocationRow(String row, long before, long ends) {
  private static final String NO_TIME = "-";
  private static final long NEVER = Long.MIN_VALUE;

  static RevocationRow of(Revocation revocation) {
    Instant before = revocation.issuedBefore();
    return new RevocationRow(
        revocation.by().claim()
            + ":"
            + encoded(Objects.requireNonNullElse(revocation.issuer(), ""))
            + ":"
            + encoded(revocation.name()),
        before == null ? NEVER : before.toEpochMilli(),
        revocation.expiresAt().toEpochMilli());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The row and its value as Redis gives them; null when it is none of ours. */
  static @Nullable RevocationRow of(String row, String value) {
    String[] times = value.split(" ", -1);
    return times.length == 2 ? of(row, times[0], times[1]) : null;
  }

  static @Nullable RevocationRow of(String row, String before, String ends) {
    try {
      long time = before.equals(NO_TIME) ? NEVER : Long.parseLong(before);
      return new RevocationRow(row, time, Long.parseLong(ends));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The revocation; null when the row is none of ours. */
  @Nullable Revocation revocation() {
    String[] parts = row.split(":", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      for (By by : By.values()) {
        if (by.claim().equals(parts[0])) {
          String issuer = decoded(parts[1]);
          return new Revocation(
              by,
              decoded(parts[2]),
              issuer.isEmpty() ? null : issuer,
              before == NEVER ? null : Instant.ofEpochMilli(before),
              Instant.ofEpochMilli(ends));
        }
      }
      return null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Whether it denies whatever the other does. */
  boolean covers(RevocationRow other) {
    return before >= other.before && ends >= other.ends;
  }

  /** For {@link Script#REVOKE}. */
  List<String> arguments() {
    return List.of(row, before == NEVER ? NO_TIME : Long.toString(before), Long.toString(ends));
  }
}
