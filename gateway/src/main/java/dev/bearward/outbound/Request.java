package dev.bearward.outbound;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/** A request with its limits. */
sealed interface Request permits Get, Form {
  /** Where it goes. */
  URI uri();

  /** Value of the Accept header. */
  String accept();

  /** For everything together: redirects, head and body. */
  Duration timeout();

  /** Most bytes of the response's body. */
  int maxBytes();

  /** Whether plain http beyond this machine was asked for. */
  boolean plainHttp();

  /** Most redirects that are followed. */
  int maxRedirects();

  /** Puts what only this kind of request has onto a message, which goes to that address. */
  HttpRequest.Builder onto(HttpRequest.Builder message, URI to);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when a limit is not positive
   */
  static void check(Duration timeout, int maxBytes) {
    if (!timeout.isPositive() || maxBytes <= 0) {
      throw new IllegalArgumentException(
          "request: timeout " + timeout + ", maxBytes " + maxBytes + " (expected: both positive)");
    }
  }
}
