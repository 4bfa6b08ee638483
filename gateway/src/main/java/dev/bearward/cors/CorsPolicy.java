package dev.bearward.cors;

import java.time.Duration;
import java.util.List;

/** What a route says about other origins. */
public sealed interface CorsPolicy {
  /**
   * The upstream answers preflights; own headers go only on own refusals.
   *
   * @param origins exact origins that may read own refusals; empty: any, without credentials
   */
  record Passthrough(List<String> origins) implements CorsPolicy {
    public Passthrough {
      origins = List.copyOf(origins);
      origins.forEach(Origins::require);
    }
  }

  /**
   * The gateway answers preflights and sets the headers.
   *
   * @param origins exact origins, or the single {@code *}
   * @param methods methods allowed; empty: the route's own
   * @param headers request headers allowed; {@code *} for any, never with credentials
   * @param exposeHeaders response headers that scripts may read
   * @param credentials whether cookies and the like may be sent; never with {@code *}
   * @param maxAge how long a preflight may be remembered
   */
  record Answered(
      List<String> origins,
      List<String> methods,
      List<String> headers,
      List<String> exposeHeaders,
      boolean credentials,
      Duration maxAge)
      implements CorsPolicy {
    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException for what the Fetch standard gives no meaning
     */
    public Answered {
      origins = List.copyOf(origins);
      methods = List.copyOf(methods);
      headers = List.copyOf(headers);
      exposeHeaders = List.copyOf(exposeHeaders);
      if (origins.isEmpty()) {
        throw new IllegalArgumentException("cors.origins: none (expected: at least one)");
      }
      if (!origins.equals(List.of("*"))) {
        origins.forEach(Origins::require);
      }
      requireNoWildcard("origins", origins, credentials);
      requireNoWildcard("methods", methods, credentials);
      requireNoWildcard("headers", headers, credentials);
      requireNoWildcard("exposeHeaders", exposeHeaders, credentials);
      if (maxAge.isNegative()) {
        throw new IllegalArgumentException("cors.maxAge: " + maxAge + " (expected: zero or more)");
      }
    }

    private static void requireNoWildcard(String key, List<String> values, boolean credentials) {
      if (credentials && values.contains("*")) {
        throw new IllegalArgumentException(
            "cors." + key + ": * (expected: names, since credentials are allowed)");
      }
    }

    /** Whether every origin may read, as long as it sends no credentials. */
    boolean anyOrigin() {
      return origins.getFirst().equals("*");
    }
  }
}
