package dev.bearward.outbound;

import java.net.URI;
import java.time.Duration;

/**
 * A GET of a small document, with its limits.
 *
 * @param uri where it is
 * @param accept value of the Accept header
 * @param timeout for everything together: redirects, head and body
 * @param maxBytes most bytes of body; a longer one is not read to its end
 * @param plainHttp whether plain http beyond this machine was asked for
 */
public record Get(URI uri, String accept, Duration timeout, int maxBytes, boolean plainHttp) {
  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when a limit is not positive
   */
  public Get {
    if (!timeout.isPositive() || maxBytes <= 0) {
      throw new IllegalArgumentException(
          "get: timeout " + timeout + ", maxBytes " + maxBytes + " (expected: both positive)");
    }
  }
}
