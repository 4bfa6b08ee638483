package dev.bearward.demo.authorization;

import dev.bearward.demo.web.Request;
import java.util.Optional;
import java.util.Set;

/** Who asks, as far as a browser's headers tell: our own page, a client's page, or no browser. */
final class Caller {
  private final DevelopmentIssuer issuer;
  private final int port;

  Caller(DevelopmentIssuer issuer, int port) {
    this.issuer = issuer;
    this.port = port;
  }

  /** Whether the request names this server by a loopback name: otherwise it is DNS rebinding. */
  boolean namesUs(Request request) {
    return request.header("Host").map(host -> ourHosts().contains(host)).orElse(false);
  }

  /** Whether the request comes from our own page. */
  boolean isOurPage(Request request) {
    Optional<String> origin = request.header("Origin");
    return origin.isPresent()
        && namesUs(request)
        && origin.equals(request.header("Host").map(host -> "http://" + host));
  }

  /** The origin of a registered client's page, if one asks. */
  Optional<String> clientPage(Request request) {
    return request.header("Origin").filter(issuer::clientOrigin);
  }

  /** Whether no browser asks, or our own page, or a registered client's. */
  boolean mayUseDevelopmentEndpoints(Request request) {
    return namesUs(request)
        && (isNoBrowser(request) || isOurPage(request) || clientPage(request).isPresent());
  }

  private static boolean isNoBrowser(Request request) {
    return !request.hasHeader("Origin") && !request.hasHeader("Sec-Fetch-Site");
  }

  private Set<String> ourHosts() {
    return Set.of("localhost:" + port, "127.0.0.1:" + port);
  }
}
