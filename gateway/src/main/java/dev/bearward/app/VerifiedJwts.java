package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.JwtVerifier;
import dev.bearward.token.TokenCacheSettings;
import java.util.List;
import java.util.Set;

/**
 * The verifier of JWTs with its cache, and all of the configuration that a verification rests on.
 * As long as none of that changes, the next configuration goes on with the same; once anything
 * does, with an empty one (rules 58, 173).
 */
record VerifiedJwts(JwtVerifier jwts, CachedTokenVerifier verifier, Basis basis) {
  /**
   * What a verification rests on.
   *
   * @param facts claims kept of each token; more than are asked for do no harm
   */
  record Basis(
      List<IssuerSettings> issuers,
      List<KeySetSettings> keySets,
      Set<ClaimPath> facts,
      TokenCacheSettings cache) {
    static Basis of(GatewaySettings settings, TokenCacheSettings cache) {
      return new Basis(settings.issuers(), settings.keySets(), Facts.of(settings), cache);
    }

    boolean holdsFor(Basis next) {
      return issuers.equals(next.issuers)
          && keySets.equals(next.keySets)
          && facts.containsAll(next.facts)
          && cache.equals(next.cache);
    }
  }

  static VerifiedJwts of(GatewaySettings settings, DecisionPoint.World world) {
    Basis basis = Basis.of(settings, world.cache());
    var jwts =
        new JwtVerifier(
            basis.issuers(), world.keys(), world.crypto(), basis.facts(), world.clock());
    return new VerifiedJwts(
        jwts,
        new CachedTokenVerifier(
            jwts, basis.cache(), world.listener(), world.clock(), world.nanoTime()),
        basis);
  }

  VerifiedJwts next(GatewaySettings settings, DecisionPoint.World world) {
    return basis.holdsFor(Basis.of(settings, world.cache())) ? this : of(settings, world);
  }
}
