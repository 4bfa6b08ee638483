package dev.bearward.token;

/** Which crypto serves at present. Verifiers look at it for every token, so it can be swapped. */
public final class CryptoInUse {
  private volatile VerificationCrypto current = VerificationCrypto.jdk();

  /** The one that serves. */
  public VerificationCrypto current() {
    return current;
  }

  /** Another one serves from now on; tokens in the middle of verification keep theirs. */
  public void use(VerificationCrypto crypto) {
    current = crypto;
  }
}
