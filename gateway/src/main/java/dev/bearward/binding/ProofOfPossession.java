package dev.bearward.binding;

import dev.bearward.http.PublicUrl;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.Confirmation;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.IssuerSettings;
import dev.bearward.token.Verified;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Checks, for each request anew, that whoever sends a bound token holds its key: by a DPoP proof
 * (RFC 9449 section 7.1), by the TLS client certificate (RFC 8705 section 3), or by both where the
 * token names both.
 */
public final class ProofOfPossession {
  private static final Possession.Proven PROVEN = new Possession.Proven(null);

  private final Map<String, DpopRules> byIssuer = new HashMap<>();
  private final Map<String, BindingSettings> settings = new HashMap<>();
  private final ReplayGuard used;

  /**
   * Makes the checks of one configuration.
   *
   * @param publicUrl where clients reach the gateway; null only when no issuer takes DPoP
   * @param used the proofs used
   * @param crypto who computes signatures
   * @param nonceSecret 32 random bytes, the key of the nonces
   * @throws IllegalArgumentException when an issuer takes DPoP and there is no public URL
   */
  public ProofOfPossession(
      Collection<IssuerSettings> issuers,
      @Nullable PublicUrl publicUrl,
      ReplayGuard used,
      CryptoInUse crypto,
      byte[] nonceSecret,
      InstantSource clock) {
    this(issuers, Map.of(), publicUrl, used, crypto, nonceSecret, clock);
  }

  /**
   * The same for a configuration that others were before.
   *
   * @param lives how long proofs are taken, by the issuer's name, where not only its settings say
   */
  public ProofOfPossession(
      Collection<IssuerSettings> issuers,
      Map<String, ProofLife> lives,
      @Nullable PublicUrl publicUrl,
      ReplayGuard used,
      CryptoInUse crypto,
      byte[] nonceSecret,
      InstantSource clock) {
    this.used = used;
    var reader = DpopRules.reader();
    for (IssuerSettings issuer : issuers) {
      settings.put(issuer.name(), issuer.binding());
      if (issuer.binding().dpop() == Demand.DISABLED) {
        continue;
      }
      if (publicUrl == null) {
        throw new IllegalArgumentException("publicUrl: none (expected: a URL, for DPoP)");
      }
      ProofLife known = lives.get(issuer.name());
      ProofLife life = known == null ? ProofLife.of(issuer) : known;
      byIssuer.put(
          issuer.name(),
          new DpopRules(issuer, life, publicUrl, reader, crypto, nonceSecret, clock));
    }
  }

  /**
   * The schemes that serve where tokens of those issuers are taken.
   *
   * @param issuers their names; none stands for all
   */
  public Schemes schemes(Set<String> issuers) {
    return Schemes.of(
        settings.entrySet().stream()
            .filter(entry -> issuers.isEmpty() || issuers.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList());
  }

  /** Whether there is anything to check: the token is bound, or was sent as if it were. */
  public static boolean concerns(BearerCredentials.Token token, Verified identity) {
    return token.underDpop() || identity.confirmation() != null;
  }

  /** Checks the proofs of a request whose token is verified; a bad one is never an exception. */
  public Possession check(RequestHead head, BearerCredentials.Token token, Verified identity) {
    Confirmation bound = identity.confirmation();
    String certificate = bound == null ? null : bound.certificateThumbprint();
    if (certificate != null && !DpopRules.same(certificate, head.peer().certificateThumbprint())) {
      return new Possession.Unproven(Reason.PROOF_MISSING, "certificate", null);
    }
    String key = bound == null ? null : bound.keyThumbprint();
    if (key == null) {
      return token.underDpop()
          ? new Possession.Unproven(Reason.PROOF_INVALID, "cnf", null)
          : PROVEN;
    }
    DpopRules rules = byIssuer.get(identity.issuer());
    if (rules == null) {
      return new Possession.Unproven(Reason.BINDING_NOT_SUPPORTED, "cnf", null);
    }
    if (!token.underDpop()) {
      return new Possession.Unproven(Reason.PROOF_MISSING, "scheme", null);
    }
    return switch (rules.check(head, token.value(), key)) {
      case DpopRules.Bad(Possession.Unproven why) -> why;
      case DpopRules.Good good -> outcome(used.use(good.id(), good.untilMillis()), good);
    };
  }

  private static Possession outcome(ReplayGuard.Use use, DpopRules.Good good) {
    return switch (use) {
      case ReplayGuard.First _ ->
          good.freshNonce() == null ? PROVEN : new Possession.Proven(good.freshNonce());
      case ReplayGuard.Again _ ->
          new Possession.Unproven(Reason.PROOF_INVALID, "jti", good.freshNonce());
      case ReplayGuard.Unavailable(var retryAfter) -> new Possession.Unavailable(retryAfter);
      case ReplayGuard.Later(var stage) ->
          new Possession.Later(stage.thenCompose(settled -> flat(outcome(settled, good))));
    };
  }

  private static CompletionStage<Possession> flat(Possession possession) {
    return possession instanceof Possession.Later(var stage)
        ? stage
        : CompletableFuture.completedStage(possession);
  }
}
