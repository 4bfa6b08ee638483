package dev.bearward.token;

/** Where a route takes its token from. */
public sealed interface TokenSource {
  /** The Authorization field (RFC 6750 section 2.1). */
  record Header() implements TokenSource {}

  /**
   * A query parameter (RFC 6750 section 2.3).
   *
   * @param parameter its name, compared with case after percent-decoding; unreserved characters
   */
  record Query(String parameter) implements TokenSource {}

  /**
   * A cookie (RFC 6265).
   *
   * @param name compared with case
   */
  record Cookie(String name) implements TokenSource {}
}
