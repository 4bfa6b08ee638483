package dev.bearward.introspect;

import dev.bearward.outbound.BasicCredentials;
import dev.bearward.outbound.OutboundSettings;
import java.net.URI;
import java.time.Duration;

/**
 * How one issuer is asked.
 *
 * @param issuerName name of the issuer's configuration
 * @param uri the introspection endpoint
 * @param credentials the gateway's own
 * @param cache longest time for which an answer holds; zero asks for every request
 * @param concurrency most calls at once
 * @param timeout from a request's question to its answer, waiting for a turn included
 * @param insecureHttp whether plain http beyond loopback was asked for
 * @param http how the issuer is reached
 */
public record IntrospectionSettings(
    String issuerName,
    URI uri,
    BasicCredentials credentials,
    Duration cache,
    int concurrency,
    Duration timeout,
    boolean insecureHttp,
    OutboundSettings http) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException when the time-out or the concurrency is not positive, or the
   *     cache is negative
   */
  public IntrospectionSettings {
    if (!timeout.isPositive() || cache.isNegative() || concurrency < 1) {
      throw new IllegalArgumentException(
          "introspection: timeout %s, cache %s, concurrency %d (expected: positive; cache 0s or more)"
              .formatted(timeout, cache, concurrency));
    }
  }
}
