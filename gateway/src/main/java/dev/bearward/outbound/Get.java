package dev.bearward.outbound;

import java.net.URI;
import java.net.http.HttpRequest;
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
public record Get(URI uri, String accept, Duration timeout, int maxBytes, boolean plainHttp)
    implements Request {
  private static final int MAX_REDIRECTS = 3;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when a limit is not positive
   */
  public Get {
    Request.check(timeout, maxBytes);
  }

  @Override
  public int maxRedirects() {
    return MAX_REDIRECTS;
  }

  @Override
  public HttpRequest.Builder onto(HttpRequest.Builder message) {
    return message.GET();
  }
}
