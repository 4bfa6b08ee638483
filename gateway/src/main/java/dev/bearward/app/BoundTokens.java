package dev.bearward.app;

import dev.bearward.binding.InMemoryReplayGuard;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.config.GatewaySettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.CryptoInUse;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Wires the checks of bound tokens. */
final class BoundTokens {
  private static final int NONCE_SECRET_BYTES = 32;

  /** Share of the heap that used proofs may take. */
  private static final int SHARE = 8;

  private static final int MOST_PROOFS = 1_000_000;

  private BoundTokens() {}

  static ProofOfPossession of(GatewaySettings settings, CryptoInUse crypto, InstantSource clock) {
    var random = new SecureRandom();
    byte[] secret = new byte[NONCE_SECRET_BYTES];
    random.nextBytes(secret);
    long heap = Runtime.getRuntime().maxMemory();
    int proofs = (int) Math.min(MOST_PROOFS, heap / SHARE / InMemoryReplayGuard.BYTES_PER_PROOF);
    var used = new InMemoryReplayGuard(proofs, clock, random.nextLong());
    return new ProofOfPossession(
        settings.issuers(), settings.publicUrl(), used, crypto, secret, clock);
  }

  /** Whether the scheme DPoP is taken anywhere. */
  static boolean byDpop(GatewaySettings settings) {
    return settings.issuers().stream()
        .anyMatch(issuer -> issuer.binding().dpop() != Demand.DISABLED);
  }
}
