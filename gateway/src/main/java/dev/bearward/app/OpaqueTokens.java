package dev.bearward.app;

import dev.bearward.access.Waiting;
import dev.bearward.config.GatewaySettings;
import dev.bearward.introspect.IntrospectionEnvironment;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.introspect.IntrospectionView;
import dev.bearward.introspect.Introspector;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.ClaimPath;
import dev.bearward.token.IntrospectionRules;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.OpaqueTokenVerifier;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenVerifier;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Verification of opaque tokens, with a cache for each issuer that is asked. An issuer of which
 * nothing has changed goes on with what is known of its tokens.
 */
final class OpaqueTokens {
  /** All of the configuration that an answer rests on. */
  private record Basis(
      IntrospectionSettings asked,
      IssuerSettings issuer,
      Set<ClaimPath> facts,
      TokenCacheSettings cache) {
    boolean holdsFor(Basis next) {
      return asked.equals(next.asked)
          && issuer.equals(next.issuer)
          && facts.containsAll(next.facts)
          && cache.equals(next.cache);
    }
  }

  /** One issuer that is asked. */
  private record Asked(Basis basis, Introspector introspector, CachedTokenVerifier verifier) {}

  private final TokenCacheSettings cache;
  private final int places;
  private final Map<String, Asked> issuers = new LinkedHashMap<>();

  /**
   * @param before those of the configuration before, or null
   * @throws IOException when an issuer's CA file cannot be read
   */
  OpaqueTokens(GatewaySettings settings, Base base, @Nullable OpaqueTokens before)
      throws IOException {
    int caches = 1 + settings.introspections().size();
    this.cache = new TokenCacheSettings(settings.tokenCache().maxBytes() / caches);
    this.places =
        before == null
            ? Waiting.placesEach(settings.server().limits().pending(), settings.issuers().size())
            : before.places;
    for (IntrospectionSettings asked : settings.introspections()) {
      String name = asked.issuerName();
      var basis = new Basis(asked, issuer(settings, name), Facts.of(settings), cache);
      Asked known = before == null ? null : before.issuers.get(name);
      issuers.put(name, known != null && known.basis.holdsFor(basis) ? known : open(basis, base));
    }
  }

  private Asked open(Basis basis, Base base) throws IOException {
    var environment =
        new IntrospectionEnvironment(
            base.clock(),
            System::nanoTime,
            new SecureRandom(),
            places,
            new IntrospectionLog(base.meters().introspection()));
    var rules =
        new IntrospectionRules(basis.issuer(), basis.asked().cache(), basis.facts(), base.clock());
    var introspector = new Introspector(basis.asked(), rules, base.clients(), environment);
    var verifier =
        new CachedTokenVerifier(
            introspector, basis.cache(), base.meters().tokens(), base.clock(), System::nanoTime);
    return new Asked(basis, introspector, verifier);
  }

  private static IssuerSettings issuer(GatewaySettings settings, String name) {
    return settings.issuers().stream()
        .filter(issuer -> issuer.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** What each cache may take, that of the JWTs too: an even part of the whole. */
  TokenCacheSettings cache() {
    return cache;
  }

  /** Verifies JWTs by that verifier, and opaque tokens too. */
  TokenVerifier beside(TokenVerifier jwts) {
    if (issuers.isEmpty()) {
      return jwts;
    }
    Map<String, TokenVerifier> verifiers =
        issuers.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().verifier()));
    return new OpaqueTokenVerifier(jwts, verifiers);
  }

  /** Tokens remembered at present, about. */
  long entries() {
    return issuers.values().stream().mapToLong(one -> one.verifier().entries()).sum();
  }

  /** Memory that they take, about, in bytes. */
  long bytes() {
    return issuers.values().stream().mapToLong(one -> one.verifier().bytes()).sum();
  }

  /** How each issuer's introspection stands. */
  List<IntrospectionView> views() {
    return issuers.values().stream().map(one -> one.introspector().view()).toList();
  }
}
