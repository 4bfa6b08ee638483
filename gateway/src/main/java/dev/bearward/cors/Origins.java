package dev.bearward.cors;

import dev.bearward.http.Authority;

/** Serialised origins, as browsers send them (RFC 6454 section 6.2). */
final class Origins {
  private Origins() {}

  /**
   * Demands a text that a browser may send as Origin; {@code null} is none (rule 164).
   *
   * @throws IllegalArgumentException otherwise
   */
  static void require(String origin) {
    if (!serialised(origin)) {
      throw new IllegalArgumentException(
          "cors.origins: "
              + origin
              + " (expected: scheme://host[:port] in lower case, without a default port or a path)");
    }
  }

  private static boolean serialised(String origin) {
    int colon = origin.indexOf("://");
    if (colon < 1 || !scheme(origin, colon)) {
      return false;
    }
    String rest = origin.substring(colon + 3);
    return Authority.parse(rest) instanceof Authority.Valid(Authority authority)
        && authority.value().equals(rest)
        && authority.port() != defaultPort(origin.substring(0, colon));
  }

  private static boolean scheme(String origin, int end) {
    for (int i = 0; i < end; i++) {
      char c = origin.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean later = i > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.');
      if (!letter && !later) {
        return false;
      }
    }
    return true;
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http" -> 80;
      case "https" -> 443;
      default -> 0;
    };
  }
}
