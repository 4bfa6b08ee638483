package dev.bearward.app;

import dev.bearward.binding.InMemoryReplayGuard;
import dev.bearward.binding.ProofLife;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.binding.ReplayGuard;
import dev.bearward.config.GatewaySettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the checks of bound tokens keep as long as the process lives: a proof used under one
 * configuration is used under the next, and a nonce handed out still counts.
 */
final class BoundTokens {
  private static final int NONCE_SECRET_BYTES = 32;

  /** Share of the heap that used proofs may take. */
  private static final int SHARE = 8;

  private static final int MOST_PROOFS = 1_000_000;

  private final ReplayGuard used;
  private final byte[] nonceSecret;

  /** How long proofs are taken, by the issuer's name. */
  private final Map<String, ProofLife> lives;

  private BoundTokens(ReplayGuard used, byte[] nonceSecret, Map<String, ProofLife> lives) {
    this.used = used;
    this.nonceSecret = nonceSecret;
    this.lives = lives;
  }

  static BoundTokens of(InstantSource clock, Sharing sharing) {
    var random = new SecureRandom();
    byte[] secret = new byte[NONCE_SECRET_BYTES];
    random.nextBytes(secret);
    long heap = Runtime.getRuntime().maxMemory();
    int proofs = (int) Math.min(MOST_PROOFS, heap / SHARE / InMemoryReplayGuard.BYTES_PER_PROOF);
    var used = new InMemoryReplayGuard(proofs, clock, random.nextLong());
    return new BoundTokens(sharing.proofs().apply(used), secret, Map.of());
  }

  /** The same under those settings. */
  BoundTokens next(GatewaySettings settings, InstantSource clock) {
    long now = clock.millis();
    Map<String, ProofLife> next =
        settings.issuers().stream()
            .collect(Collectors.toMap(IssuerSettings::name, issuer -> life(issuer, now)));
    return new BoundTokens(used, nonceSecret, next);
  }

  private ProofLife life(IssuerSettings issuer, long now) {
    ProofLife known = lives.get(issuer.name());
    return known == null ? ProofLife.of(issuer) : known.next(issuer, now);
  }

  /** The checks of one configuration. */
  ProofOfPossession checks(GatewaySettings settings, CryptoInUse crypto, InstantSource clock) {
    return new ProofOfPossession(
        settings.issuers(), lives, settings.publicUrl(), used, crypto, nonceSecret, clock);
  }

  /** Whether the scheme DPoP is taken anywhere. */
  static boolean byDpop(GatewaySettings settings) {
    return settings.issuers().stream()
        .anyMatch(issuer -> issuer.binding().dpop() != Demand.DISABLED);
  }
}
