package dev.bearward.binding;

import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import java.util.Collection;

/**
 * The authentication schemes that serve on a route.
 *
 * @param bearer whether tokens are taken under Bearer
 * @param dpop whether they are taken under DPoP
 * @param nonce whether a DPoP proof may have to hold a nonce
 */
public record Schemes(boolean bearer, boolean dpop, boolean nonce) {
  /** Where nothing is bound to a key of proofs. */
  public static final Schemes BEARER = new Schemes(true, false, false);

  /** Those that at least one of the issuers allows. */
  static Schemes of(Collection<BindingSettings> issuers) {
    boolean dpop = issuers.stream().anyMatch(issuer -> issuer.dpop() != Demand.DISABLED);
    return new Schemes(
        !dpop || issuers.stream().anyMatch(issuer -> issuer.dpop() != Demand.REQUIRED),
        dpop,
        issuers.stream().anyMatch(issuer -> issuer.dpop() != Demand.DISABLED && issuer.nonce()));
  }
}
