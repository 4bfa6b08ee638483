package dev.bearward.token;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Which crypto serves at present. Verifiers look at it for every token, so it can be swapped. */
public final class CryptoInUse {
  private final @Nullable Executor slow;
  private volatile VerificationCrypto current = VerificationCrypto.jdk();

  /** Every signature is verified by the thread that asks. */
  public CryptoInUse() {
    this(null);
  }

  /**
   * @param slow verifies the signatures that take too long for an event loop; bounded: what is
   *     beyond its bounds it rejects. Null: none does
   */
  public CryptoInUse(@Nullable Executor slow) {
    this.slow = slow;
  }

  /** Who verifies signatures of that algorithm, or null for the thread that asks. */
  @Nullable Executor elsewhere(JwsAlgorithm algorithm) {
    return slow == null || !current.isSlow(algorithm) ? null : slow;
  }

  /** The one that serves. */
  public VerificationCrypto current() {
    return current;
  }

  /** Another one serves from now on; tokens in the middle of verification keep theirs. */
  public void use(VerificationCrypto crypto) {
    current = crypto;
  }
}
