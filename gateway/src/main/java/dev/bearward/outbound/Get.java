package dev.bearward.outbound;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A GET of a small document, with its limits.
 *
 * @param uri where it is
 * @param accept value of the Accept header
 * @param timeout for everything together: redirects, head and body
 * @param maxBytes most bytes of body; a longer one is not read to its end
 * @param plainHttp whether plain http beyond this machine was asked for
 * @param token the gateway's own Bearer token for that origin and no other, or null; never printed
 */
public record Get(
    URI uri,
    String accept,
    Duration timeout,
    int maxBytes,
    boolean plainHttp,
    @Nullable String token)
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

  /** A GET without a token. */
  public Get(URI uri, String accept, Duration timeout, int maxBytes, boolean plainHttp) {
    this(uri, accept, timeout, maxBytes, plainHttp, null);
  }

  @Override
  public int maxRedirects() {
    return MAX_REDIRECTS;
  }

  @Override
  public HttpRequest.Builder onto(HttpRequest.Builder message, URI to) {
    if (token != null && isOfOneOrigin(uri, to)) {
      message.header("Authorization", "Bearer " + token);
    }
    return message.GET();
  }

  /** A redirect to elsewhere must not carry the token there. */
  private static boolean isOfOneOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getRawAuthority().equalsIgnoreCase(other.getRawAuthority());
  }

  @Override
  public String toString() {
    return "Get from " + Destination.of(uri);
  }
}
