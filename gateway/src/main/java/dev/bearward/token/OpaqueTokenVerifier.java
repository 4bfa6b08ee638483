package dev.bearward.token;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs as they always are, and any other token by asking the issuer: a token that is not
 * three parts with dots between says nothing of whose it is, so the route must say it.
 */
public final class OpaqueTokenVerifier implements TokenVerifier {
  private final TokenVerifier jwts;
  private final Map<String, TokenVerifier> introspecting;

  /**
   * @param jwts verifies JWTs, and refuses everything else
   * @param introspecting verifies opaque tokens, by the name of the issuer that is asked
   */
  public OpaqueTokenVerifier(TokenVerifier jwts, Map<String, TokenVerifier> introspecting) {
    this.jwts = jwts;
    this.introspecting = new LinkedHashMap<>(introspecting);
  }

  /** For a route that nothing is known of: refuses opaque tokens. */
  @Override
  public Verification verify(String token) {
    return jwts.verify(token);
  }

  @Override
  public Verification verify(BearerCredentials.Token token) {
    return jwts.verify(token);
  }

  @Override
  public @Nullable Verification recall(BearerCredentials.Token token) {
    return jwts.recall(token);
  }

  /**
   * @throws IllegalArgumentException when the route accepts several issuers that could be asked
   */
  @Override
  public TokenVerifier onRoute(Set<String> issuers) {
    List<Map.Entry<String, TokenVerifier>> asked =
        introspecting.entrySet().stream()
            .filter(issuer -> issuers.isEmpty() || issuers.contains(issuer.getKey()))
            .toList();
    if (asked.size() > 1) {
      throw new IllegalArgumentException(
          "issuers: "
              + asked.stream().map(Map.Entry::getKey).toList()
              + " (expected: at most one with introspection on a route)");
    }
    return asked.isEmpty() ? jwts : new Either(jwts, asked.getFirst().getValue());
  }

  /** A route's two ways. */
  private record Either(TokenVerifier jwts, TokenVerifier opaque) implements TokenVerifier {
    @Override
    public Verification verify(String token) {
      return CompactJws.hasThreeParts(token, 0) ? jwts.verify(token) : opaque.verify(token);
    }

    @Override
    public @Nullable Verification recall(BearerCredentials.Token token) {
      return token.hasThreeParts() ? jwts.recall(token) : opaque.recall(token);
    }

    @Override
    public Verification verify(BearerCredentials.Token token) {
      return token.hasThreeParts() ? jwts.verify(token) : opaque.verify(token);
    }
  }
}
