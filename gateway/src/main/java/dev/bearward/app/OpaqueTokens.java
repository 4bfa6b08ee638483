package dev.bearward.app;

import dev.bearward.access.Waiting;
import dev.bearward.config.GatewaySettings;
import dev.bearward.introspect.IntrospectionEnvironment;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.introspect.IntrospectionView;
import dev.bearward.introspect.Introspector;
import dev.bearward.observe.Meters;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.token.CachedTokenVerifier;
import dev.bearward.token.IntrospectionRules;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.OpaqueTokenVerifier;
import dev.bearward.token.TokenCacheSettings;
import dev.bearward.token.TokenVerifier;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Verification of opaque tokens, with a cache for each issuer that is asked. */
final class OpaqueTokens {
  private final TokenCacheSettings cache;
  private final List<Introspector> introspectors = new ArrayList<>();
  private final Map<String, CachedTokenVerifier> verifiers = new LinkedHashMap<>();

  /**
   * @throws IOException when an issuer's CA file cannot be read
   */
  OpaqueTokens(GatewaySettings settings, OutboundClients clients, Meters meters)
      throws IOException {
    InstantSource clock = InstantSource.system();
    int caches = 1 + settings.introspections().size();
    this.cache = new TokenCacheSettings(settings.tokenCache().maxBytes() / caches);
    var environment =
        new IntrospectionEnvironment(
            clock,
            System::nanoTime,
            new SecureRandom(),
            Waiting.placesEach(settings.server().limits().pending(), settings.issuers().size()),
            new IntrospectionLog(meters.introspection()));
    for (IntrospectionSettings asked : settings.introspections()) {
      var rules =
          new IntrospectionRules(
              issuer(settings, asked.issuerName()), asked.cache(), Facts.of(settings), clock);
      var introspector = new Introspector(asked, rules, clients, environment);
      introspectors.add(introspector);
      verifiers.put(
          asked.issuerName(),
          new CachedTokenVerifier(introspector, cache, meters.tokens(), clock, System::nanoTime));
    }
    meters.watchIntrospection(this::views);
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
    return verifiers.isEmpty() ? jwts : new OpaqueTokenVerifier(jwts, Map.copyOf(verifiers));
  }

  /** Tokens remembered at present, about. */
  long entries() {
    return verifiers.values().stream().mapToLong(CachedTokenVerifier::entries).sum();
  }

  /** Memory that they take, about, in bytes. */
  long bytes() {
    return verifiers.values().stream().mapToLong(CachedTokenVerifier::bytes).sum();
  }

  /** How each issuer's introspection stands. */
  List<IntrospectionView> views() {
    return introspectors.stream().map(Introspector::view).toList();
  }
}
