package dev.bearward.jwks;

import dev.bearward.outbound.Reply;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a response must be before its body is read as an issuer's JSON document. */
final class JsonReply {
  private JsonReply() {}

  /** Why the body is not read, or empty. A response without a type is judged by its body. */
  static Optional<String> objection(Reply.Response response) {
    if (response.status() != 200) {
      return Optional.of(response.from() + ": status " + response.status() + " (expected: 200)");
    }
    String type = response.headers().firstValue("Content-Type").map(JsonReply::essence).orElse("");
    if (!type.isEmpty() && !isJson(type)) {
      return Optional.of(
          response.from() + ": content type " + printable(type) + " (expected: application/json)");
    }
    return response
        .headers()
        .firstValue("Content-Encoding")
        .filter(c -> !c.equals("identity"))
        .map(c -> response.from() + ": a content coding (expected: none)");
  }

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
              seconds(parts[1]) - headers.firstValue("Age").map(JsonReply::seconds).orElse(0L);
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

  /** {@code application/json} and the structured types on it, such as {@code jwk-set+json}. */
  private static boolean isJson(String type) {
    return type.equals("application/json") || type.matches("application/[a-z0-9.-]+\\+json");
  }

  private static String essence(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static String printable(String type) {
    String text = type.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= 60 ? text : text.substring(0, 60);
  }
}
