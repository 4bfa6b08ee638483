package dev.bearward.app;

import dev.bearward.access.ResourceIdentifier;
import dev.bearward.access.ResourceMetadata;
import dev.bearward.access.RouteAccess;
import dev.bearward.config.GatewaySettings;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.KeySource;
import dev.bearward.token.Revocations;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenListener;
import dev.bearward.token.TokenVerifier;
import dev.bearward.token.UnrevokedTokenVerifier;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The decision of one configuration, wired in the one way there is: the gateway decides by it, and
 * {@code explain} explains it.
 *
 * @param access decides
 * @param credentials takes tokens off requests
 * @param tokens verifies any token, revocation included
 * @param memory what it knows from requests before
 */
public record DecisionPoint(
    RouteAccess access,
    BearerCredentials credentials,
    TokenVerifier tokens,
    DecisionMemory memory) {
  /**
   * What a decision asks of the world.
   *
   * @param keys the issuers' keys
   * @param crypto who computes signatures
   * @param cache bounds of the cache of verified JWTs
   * @param opaque verifies opaque tokens too, beside the JWTs that the given one verifies
   * @param revocations the tokens that are denied
   * @param sharing what is shared with other instances
   * @param listener hears of verifications
   * @param clock the time
   * @param nanoTime a clock for durations, in nanoseconds
   */
  public record World(
      KeySource keys,
      CryptoInUse crypto,
      TokenCacheSettings cache,
      UnaryOperator<TokenVerifier> opaque,
      Revocations revocations,
      Sharing sharing,
      TokenListener listener,
      InstantSource clock,
      LongSupplier nanoTime) {}

  /** A decision that remembers nothing yet. */
  public static DecisionPoint of(GatewaySettings settings, World world) {
    return of(settings, world, DecisionMemory.of(settings, world));
  }

  /** The decision of another configuration, which remembers what still holds under that one. */
  DecisionPoint next(GatewaySettings settings, World world) {
    return of(settings, world, memory.next(settings, world));
  }

  private static DecisionPoint of(GatewaySettings settings, World world, DecisionMemory memory) {
    CachedTokenVerifier verifier = memory.jwts().verifier();
    TokenVerifier any = world.opaque().apply(verifier);
    TokenVerifier tokens =
        world.sharing().tokens().apply(new UnrevokedTokenVerifier(any, world.revocations()));
    var credentials =
        new BearerCredentials(
            settings.server().limits().token(), verifier::holds, BoundTokens.byDpop(settings));
    var access =
        new RouteAccess(
            settings.routes(),
            credentials,
            tokens,
            memory.failures(),
            memory.bound().checks(settings, world.crypto(), world.clock()),
            settings.server().realm(),
            metadata(settings),
            memory.waiting(),
            memory.counts(),
            world.clock());
    return new DecisionPoint(access, credentials, tokens, memory);
  }

  /** Verifies its JWTs from the first byte on. */
  JwtVerifier jwts() {
    return memory.jwts().jwts();
  }

  /** Verifies its JWTs, and remembers them. */
  CachedTokenVerifier verifier() {
    return memory.jwts().verifier();
  }

  private static @Nullable ResourceMetadata metadata(GatewaySettings settings) {
    ResourceIdentifier resource = settings.resource();
    return resource == null
        ? null
        : new ResourceMetadata(resource, settings.issuers(), settings.routes());
  }
}
