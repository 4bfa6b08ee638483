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

  /**
   * The sub-protocol that a WebSocket handshake offers right after one of an agreed name (RFC 6455
   * section 11.3.4): the only field that a browser's script has a say in.
   *
   * @param name compared with case
   */
  record WebSocketProtocol(String name) implements TokenSource {}
}
