package dev.bearward.jwks;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's keys by its metadata: OpenID Connect Discovery, then RFC 8414. The metadata is kept
 * for an hour, and no longer than its key set can be had.
 */
final class DiscoveredKeys implements KeySetOrigin {
  private static final Duration METADATA_KEPT = Duration.ofHours(1);

  private final String issuer;
  private final RemoteKeys remote;
  private final Duration timeout;
  private final InstantSource clock;
  private volatile @Nullable Known known;

  DiscoveredKeys(String issuer, RemoteKeys remote, Duration timeout, InstantSource clock) {
    this.issuer = issuer;
    this.remote = remote;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** All requests of one fetch share its time limit. */
  @Override
  public CompletionStage<Fetched> fetch() {
    Instant end = clock.instant().plus(timeout);
    Known kept = known;
    if (kept != null && clock.instant().isBefore(kept.until())) {
      return keys(kept.uri(), end);
    }
    return metadata(end).thenCompose(metadata -> keys(metadata, kept, end));
  }

  private CompletionStage<Fetched> keys(
      IssuerMetadata metadata, @Nullable Known before, Instant end) {
    return switch (metadata) {
      case IssuerMetadata.KeysAt(URI uri) -> {
        known = new Known(uri, clock.instant().plus(METADATA_KEPT));
        yield keys(uri, end);
      }
      case IssuerMetadata.Refused(String reason) -> instead(before, reason, end);
      case IssuerMetadata.Missing(String reason) -> instead(before, reason, end);
    };
  }

  /** Metadata that cannot be read again does not cost keys that still can. */
  private CompletionStage<Fetched> instead(@Nullable Known before, String reason, Instant end) {
    return before == null
        ? CompletableFuture.completedFuture(new Fetched.Failed(reason))
        : keys(before.uri(), end);
  }

  private CompletionStage<Fetched> keys(URI uri, Instant end) {
    return remote
        .keys(uri, left(end))
        .thenApply(fetched -> {
          if (fetched instanceof Fetched.Failed) {
            known = null;
          }
          return fetched;
        });
  }

  private CompletionStage<IssuerMetadata> metadata(Instant end) {
    return metadataAt(WellKnown.openIdConfiguration(issuer), end)
        .thenCompose(first ->
            first instanceof IssuerMetadata.Missing(String missing)
                ? metadataAt(WellKnown.authorizationServer(issuer), end)
                    .thenApply(second -> naming(missing, second))
                : CompletableFuture.completedFuture(first));
  }

  private CompletionStage<IssuerMetadata> metadataAt(URI uri, Instant end) {
    return remote
        .get(uri, "application/json", left(end))
        .thenApply(reply -> IssuerMetadata.of(reply, issuer));
  }

  private static IssuerMetadata naming(String first, IssuerMetadata second) {
    return second instanceof IssuerMetadata.Missing(String reason)
        ? new IssuerMetadata.Missing(first + "; " + reason)
        : second;
  }

  private Duration left(Instant end) {
    Duration left = Duration.between(clock.instant(), end);
    return left.toMillis() > 0 ? left : Duration.ofMillis(1);
  }

  private record Known(URI uri, Instant until) {}
}
