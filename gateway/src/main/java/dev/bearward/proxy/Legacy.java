package dev.bearward.proxy;

import dev.bearward.tls.ClientTls;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream learns from the one of its name under the configuration before: the addresses of
 * names, and how endpoints stand. What they were judged by must be the same: an endpoint that did
 * not understand HTTP/2 may well understand HTTP/1.1.
 */
final class Legacy {
  static final Legacy NONE = new Legacy(List.of(), false, false);

  private record Known(EndpointAddress of, SocketAddress address, Standing standing) {}

  private final List<Known> endpoints;
  private final boolean checks;
  private final boolean failures;

  private Legacy(List<Known> endpoints, boolean checks, boolean failures) {
    this.endpoints = endpoints;
    this.checks = checks;
    this.failures = failures;
  }

  /** What holds on from that upstream under those settings. */
  static Legacy of(Upstream before, UpstreamSettings settings, @Nullable ClientTls tls) {
    UpstreamSettings then = before.settings();
    boolean alike = tls == before.tls() && settings.protocol() == then.protocol();
    List<Known> known =
        before.endpoints().stream()
            .map(endpoint -> new Known(endpoint.of(), endpoint.address(), endpoint.standing()))
            .toList();
    return new Legacy(
        known,
        alike && settings.health() != null && settings.health().equals(then.health()),
        alike && settings.outlier() != null);
  }

  /** What the name of an endpoint was last found to stand for. */
  List<SocketAddress> addresses(EndpointAddress of) {
    return endpoints.stream().filter(its -> its.of().equals(of)).map(Known::address).toList();
  }

  /** An endpoint that was known before goes on as it stood. */
  void passTo(Endpoint endpoint) {
    for (Known its : endpoints) {
      if (its.of().equals(endpoint.of()) && its.address().equals(endpoint.address())) {
        endpoint.standing().like(its.standing(), checks, failures);
      }
    }
  }
}
