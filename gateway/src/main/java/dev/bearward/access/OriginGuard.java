package dev.bearward.access;

import dev.bearward.cors.AllowedOrigins;
import dev.bearward.http.HeaderView;
import dev.bearward.http.WebSocketHandshake;
import java.util.List;

/**
 * Keeps other sites from using what a browser sends by itself. A token in a cookie comes with every
 * request that any page makes, so its Origin must be on the list; a request without Origin passes
 * only when the browser says that it comes from the very same origin (Sec-Fetch-Site, which no
 * script can set). The same-origin policy does not hold for WebSocket handshakes: where there is a
 * list, their Origin must be on it (rule 158); one without Origin comes from no browser (RFC 6455
 * section 4.1).
 */
final class OriginGuard {
  private final AllowedOrigins allowed;

  OriginGuard(AllowedOrigins allowed) {
    this.allowed = allowed;
  }

  /** Whether a request may go on to its token. */
  boolean allowsHandshake(HeaderView headers) {
    if (allowed.isEmpty() || !WebSocketHandshake.isWanted(headers)) {
      return true;
    }
    List<String> origins = headers.all("origin");
    return origins.isEmpty() || isListed(origins);
  }

  /** Whether a request with its token in a cookie may go on. */
  boolean allowsCookie(HeaderView headers) {
    List<String> origins = headers.all("origin");
    return origins.isEmpty()
        ? headers.all("sec-fetch-site").equals(List.of("same-origin"))
        : isListed(origins);
  }

  private boolean isListed(List<String> origins) {
    return origins.size() == 1 && allowed.has(origins.getFirst());
  }
}
