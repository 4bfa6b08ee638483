package dev.bearward.app;

import dev.bearward.access.FailureBudgets;
import dev.bearward.access.ResourceIdentifier;
import dev.bearward.access.ResourceMetadata;
import dev.bearward.access.RouteAccess;
import dev.bearward.access.Waiting;
import dev.bearward.config.GatewaySettings;
import dev.bearward.limit.AddressFailures;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
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
 * @param jwts verifies JWTs from the first byte on
 * @param verifier the same, and remembers them
 * @param tokens verifies any token, revocation included
 */
record DecisionPoint(
    RouteAccess access,
    BearerCredentials credentials,
    JwtVerifier jwts,
    CachedTokenVerifier verifier,
    TokenVerifier tokens) {
  /**
   * What a decision asks of the world.
   *
   * @param keys the issuers' keys
   * @param crypto who computes signatures
   * @param cache bounds of the cache of verified JWTs
   * @param opaque verifies opaque tokens too, beside the JWTs that the given one verifies
   * @param revocations the tokens that are denied
   * @param listener hears of verifications
   * @param clock the time
   * @param nanoTime a clock for durations, in nanoseconds
   */
  record World(
      KeySource keys,
      CryptoInUse crypto,
      TokenCacheSettings cache,
      UnaryOperator<TokenVerifier> opaque,
      Revocations revocations,
      TokenListener listener,
      InstantSource clock,
      LongSupplier nanoTime) {}

  static DecisionPoint of(GatewaySettings settings, World world) {
    InstantSource clock = world.clock();
    var jwts =
        new JwtVerifier(
            settings.issuers(), world.keys(), world.crypto(), Facts.of(settings), clock);
    var verifier =
        new CachedTokenVerifier(jwts, world.cache(), world.listener(), clock, world.nanoTime());
    var tokens = new UnrevokedTokenVerifier(world.opaque().apply(verifier), world.revocations());
    var credentials =
        new BearerCredentials(
            settings.server().limits().token(), verifier::holds, BoundTokens.byDpop(settings));
    var access =
        new RouteAccess(
            settings.routes(),
            credentials,
            tokens,
            new FailureBudgets(failures(settings, world), failures(settings, world)),
            BoundTokens.of(settings, world.crypto(), clock),
            settings.server().realm(),
            metadata(settings),
            new Waiting(
                settings.issuers().stream().map(IssuerSettings::name).toList(),
                settings.server().limits().pending()),
            clock);
    return new DecisionPoint(access, credentials, jwts, verifier, tokens);
  }

  private static AddressFailures failures(GatewaySettings settings, World world) {
    var failures = settings.server().limits().failedVerifications();
    return new AddressFailures(failures.perAddress(), failures.per(), world.nanoTime());
  }

  private static @Nullable ResourceMetadata metadata(GatewaySettings settings) {
    ResourceIdentifier resource = settings.resource();
    return resource == null
        ? null
        : new ResourceMetadata(resource, settings.issuers(), settings.routes());
  }
}
