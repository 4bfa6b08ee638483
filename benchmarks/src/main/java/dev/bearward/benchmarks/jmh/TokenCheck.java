package dev.bearward.benchmarks.jmh;

/** A library's whole check of a token: signature, expiry, issuer, audience. */
interface TokenCheck {
  /** Whether the token is accepted. */
  boolean accepts(String token);
}
