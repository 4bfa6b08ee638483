package dev.bearward.jwks;

import dev.bearward.outbound.OutboundSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer's keys come from and how they are kept fresh.
 *
 * @param issuerName name of the issuer's configuration
 * @param issuer the issuer identifier
 * @param location where the keys are
 * @param insecureHttp whether plain http beyond loopback was asked for
 * @param refresh the life-cycle's times
 * @param http how the issuer is reached
 * @param token file of the gateway's own Bearer token, for an issuer that wants one; or null
 */
public record KeySetSettings(
    String issuerName,
    String issuer,
    Location location,
    boolean insecureHttp,
    Refresh refresh,
    OutboundSettings http,
    @Nullable Path token) {

  /** An issuer that shows its keys to everybody. */
  KeySetSettings(
      String issuerName,
      String issuer,
      Location location,
      boolean insecureHttp,
      Refresh refresh,
      OutboundSettings http) {
    this(issuerName, issuer, location, insecureHttp, refresh, http, null);
  }

  /**
   * Whether the keys are the same issuer's and come from the same place in the same way, so that
   * nobody could have given others for them under one of the settings and not under the other.
   */
  boolean hasSameOrigin(KeySetSettings other) {
    return issuerName.equals(other.issuerName)
        && issuer.equals(other.issuer)
        && location.equals(other.location)
        && insecureHttp == other.insecureHttp
        && http.equals(other.http);
  }

  /** Where keys are. */
  public sealed interface Location {}

  /** By OpenID Connect Discovery, then RFC 8414. */
  public record Discovery() implements Location {}

  /** A JWK set at a URL. */
  public record Url(URI uri) implements Location {}

  /** A JWK set in a file, re-read when it changes. */
  public record File(Path path) implements Location {}

  /** A JWK set in the configuration. */
  public record Inline(String json) implements Location {}

  /** There is no key set: a configured secret or introspection does without. */
  public record NoKeys() implements Location {}

  /**
   * Times of the key set's life-cycle.
   *
   * @param every time between refreshes
   * @param cooldown time in which unknown key ids cause at most {@code burst} fetches
   * @param burst see cooldown
   * @param timeout of one fetch
   * @param staleFor how long keys serve after the last good fetch
   * @param persist file of the last good key set, or null
   */
  public record Refresh(
      Duration every,
      Duration cooldown,
      int burst,
      Duration timeout,
      Duration staleFor,
      @Nullable Path persist) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when a time or the burst is not positive
     */
    public Refresh {
      for (Duration time : List.of(every, cooldown, timeout, staleFor)) {
        if (time.toMillis() <= 0) {
          throw new IllegalArgumentException("refresh: " + time + " (expected: a time above 0)");
        }
      }
      if (burst < 1) {
        throw new IllegalArgumentException("burst: " + burst + " (expected: at least 1)");
      }
    }
  }
}
