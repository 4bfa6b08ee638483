package dev.bearward.token;

import java.time.Duration;

/**
 * Whether an issuer's tokens may, or must, be bound to a key of the client.
 *
 * @param dpop binding to the key of DPoP proofs (RFC 9449)
 * @param mtls binding to a TLS client certificate (RFC 8705)
 * @param proofAge how old a DPoP proof may be, besides the issuer's leeway
 * @param nonce whether a DPoP proof has to hold a nonce of the gateway's
 */
public record BindingSettings(Demand dpop, Demand mtls, Duration proofAge, boolean nonce) {
  /** Neither kind of binding. */
  public static final BindingSettings NONE =
      new BindingSettings(Demand.DISABLED, Demand.DISABLED, Duration.ofSeconds(60), false);

  public BindingSettings {
    if (proofAge.isNegative() || proofAge.isZero()) {
      throw new IllegalArgumentException("proofAge: " + proofAge + " (expected: above 0s)");
    }
  }

  /** What becomes of a binding. */
  public enum Demand {
    /** A token that is bound so is refused. */
    DISABLED,
    /** Checked where a token is bound so. */
    OPTIONAL,
    /** A token that is not bound so is refused. */
    REQUIRED
  }
}
