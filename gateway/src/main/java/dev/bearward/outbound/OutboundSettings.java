package dev.bearward.outbound;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway's own calls go out.
 *
 * @param ca PEM file of certificate authorities trusted beside the platform's, or null
 * @param proxy HTTP proxy such as {@code http://proxy:3128}, or null; system properties and
 *     environment variables never choose one
 */
public record OutboundSettings(@Nullable Path ca, @Nullable URI proxy) {
  /**
   * Refuses a proxy that could not be used as written.
   *
   * @throws IllegalArgumentException when the proxy is not http, host and port
   */
  public OutboundSettings {
    if (proxy != null && !isHostAndPort(proxy)) {
      throw new IllegalArgumentException(
          "proxy: " + Destination.of(proxy) + " (expected: http://host:port)");
    }
  }

  private static boolean isHostAndPort(URI proxy) {
    return "http".equalsIgnoreCase(proxy.getScheme())
        && proxy.getHost() != null
        && proxy.getPort() > 0
        && proxy.getUserInfo() == null
        && proxy.getQuery() == null
        && (proxy.getRawPath() == null || proxy.getRawPath().length() <= 1);
  }
}
