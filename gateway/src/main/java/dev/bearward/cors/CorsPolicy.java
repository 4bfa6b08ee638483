package dev.bearward.cors;

import java.time.Duration;
import java.util.List;

/** What a route says about other origins. */
public sealed interface CorsPolicy {
  /** The upstream answers preflights; own headers go only on own refusals. */
  record Passthrough(List<String> origins) implements CorsPolicy {}

  /**
   * The gateway answers preflights and sets the headers.
   *
   * @param origins exact origins, or the single {@code *}
   * @param methods methods allowed; empty: the route's own
   * @param headers request headers allowed
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
      implements CorsPolicy {}
}
