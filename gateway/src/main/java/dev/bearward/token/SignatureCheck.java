package dev.bearward.token;

/** Checks signatures by one key and one algorithm; safe for all threads. */
interface SignatureCheck {
  /**
   * Whether it is the signature over the first bytes of a token.
   *
   * @param signedLength how many bytes of the token are signed
   */
  boolean verifies(byte[] token, int signedLength, byte[] signature);
}
