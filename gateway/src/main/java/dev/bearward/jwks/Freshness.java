package dev.bearward.jwks;

import java.net.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a key set is fresh by its own headers. */
final class Freshness {
  private Freshness() {}

  /**
   * The remaining freshness: max-age less Age (RFC 9111 sections 4.2.1 and 5.2.2.1), or null when
   * the issuer states none. {@code no-cache} and {@code no-store} speak to HTTP caches, not to a
   * key set's life-cycle, and are not read as zero.
   */
  static @Nullable Duration maxAge(HttpHeaders headers) {
    for (String line : headers.allValues("Cache-Control")) {
      for (String directive : line.split(",", -1)) {
        String[] parts = directive.strip().split("=", 2);
        if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("max-age")) {
          long seconds =
              seconds(parts[1]) - headers.firstValue("Age").map(Freshness::seconds).orElse(0L);
          return Duration.ofSeconds(Math.max(0, seconds));
        }
      }
    }
    return null;
  }

  private static long seconds(String value) {
    String digits = value.replace("\"", "").strip();
    return digits.matches("\\d{1,9}") ? Long.parseLong(digits) : 0;
  }
}
