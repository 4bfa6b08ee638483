package dev.bearward.admin;

import java.time.Duration;

/**
 * How long the admin port waits.
 *
 * @param request from the connection's begin, or the last answer, until a request is complete
 * @param answer until the gateway has an answer, such as that of an issuer's refresh
 * @param write until a client has taken what is written
 */
record Patience(Duration request, Duration answer, Duration write) {
  static final Patience USUAL =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(10));
}
