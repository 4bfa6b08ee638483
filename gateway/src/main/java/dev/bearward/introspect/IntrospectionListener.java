package dev.bearward.introspect;

import java.time.Duration;

/**
 * Hears of introspection calls; must not block. Issuers are named as in the configuration; reasons
 * hold no secret and no token.
 */
public interface IntrospectionListener {
  /** Hears nothing. */
  IntrospectionListener NONE = new IntrospectionListener() {};

  /** The issuer answered; the token was accepted, or refused. */
  default void answered(String issuer, Duration took, boolean accepted) {}

  /** The issuer gave no answer that can be understood. */
  default void failed(String issuer, Duration took, String reason) {}

  /** A request was turned away without a call: too many wait, or too many calls bring nothing. */
  default void crowded(String issuer) {}
}
