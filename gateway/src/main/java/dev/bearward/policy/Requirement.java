package dev.bearward.policy;

import dev.bearward.token.ClaimCondition;
import java.util.List;
import java.util.Set;

/** What a route demands of a request. */
public sealed interface Requirement {
  /** No token is looked at. */
  record Open() implements Requirement {}

  /**
   * A valid token that meets all of the following.
   *
   * @param issuers names of the issuers accepted; empty: all
   * @param audiences the token must be meant for one of them; empty: the issuer's own list decides
   * @param scopes all of them, exactly
   * @param anyScope at least one of them; empty: no demand
   * @param claims all of them
   */
  record Token(
      Set<String> issuers,
      Set<String> audiences,
      List<String> scopes,
      List<String> anyScope,
      List<ClaimCondition> claims)
      implements Requirement {
    public Token {
      issuers = Set.copyOf(issuers);
      audiences = Set.copyOf(audiences);
      scopes = List.copyOf(scopes);
      anyScope = List.copyOf(anyScope);
      claims = List.copyOf(claims);
    }
  }
}
