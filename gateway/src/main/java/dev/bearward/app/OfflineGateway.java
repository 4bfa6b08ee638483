package dev.bearward.app;

import dev.bearward.access.DecisionChecks;
import dev.bearward.access.PolicyChecks;
import dev.bearward.config.GatewaySettings;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.introspect.IntrospectionSettings;
import dev.bearward.jwks.OfflineKeys;
import dev.bearward.proxy.UnsentForwarder;
import dev.bearward.revocation.SavedRevocations;
import dev.bearward.server.Rehearsal;
import dev.bearward.server.Service;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.KeySource;
import dev.bearward.token.OpaqueTokenVerifier;
import dev.bearward.token.TokenChecks;
import dev.bearward.token.TokenListener;
import dev.bearward.token.TokenVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A gateway without a network: wired as the running one, at a time that somebody chose, with the
 * keys that are at hand. For one request.
 */
final class OfflineGateway {
  private static final TokenVerifier UNASKED =
      token ->
          new TokenVerifier.Unavailable(Reason.INTROSPECTION_UNAVAILABLE, Duration.ofSeconds(1));

  private final GatewaySettings settings;
  private final InstantSource clock;
  private final DecisionPoint decision;
  private final DecisionChecks checks;
  private final UnsentForwarder forwarder;

  /**
   * Wires it.
   *
   * @param keys files of key sets, by issuer
   * @throws IOException when a file of keys or revocations cannot be used
   */
  OfflineGateway(GatewaySettings settings, Map<String, Path> keys, InstantSource clock)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    KeySource found = OfflineKeys.read(settings.keySets(), keys, clock);
    var crypto = new CryptoInUse();
    this.decision =
        DecisionPoint.of(
            settings,
            new DecisionPoint.World(
                found,
                crypto,
                settings.tokenCache(),
                jwts -> withOpaque(settings, jwts),
                SavedRevocations.read(settings.revocation(), clock),
                Sharing.NONE,
                TokenListener.NONE,
                clock,
                () -> 0));
    this.checks =
        new DecisionChecks(
            settings.routes(),
            decision.credentials(),
            decision.tokens(),
            new TokenChecks(decision.jwts(), found, clock),
            BoundTokens.of(clock, Sharing.NONE).checks(settings, crypto, clock),
            new PolicyChecks(clock));
    this.forwarder = new UnsentForwarder(settings.server().requestIdHeader());
  }

  private static TokenVerifier withOpaque(GatewaySettings settings, TokenVerifier jwts) {
    Map<String, TokenVerifier> asked =
        settings.introspections().stream()
            .map(IntrospectionSettings::issuerName)
            .collect(Collectors.toMap(Function.identity(), _ -> UNASKED));
    return asked.isEmpty() ? jwts : new OpaqueTokenVerifier(jwts, asked);
  }

  /** Takes the one request through the server, up to the upstream. */
  Rehearsal.Rehearsed rehearse(Question question) {
    var service =
        new Service(
            settings.server(),
            decision.access(),
            forwarder,
            decision.access().identityNames()::contains);
    var peer =
        new Peer(
            InetAddress.getLoopbackAddress(),
            question.certificate() != null,
            question.certificate());
    return Rehearsal.of(service, clock, peer, question.head(host()));
  }

  private String host() {
    return settings.publicUrl() == null ? "localhost" : settings.publicUrl().authority().toString();
  }

  /** The checks of the decision. */
  DecisionChecks checks() {
    return checks;
  }

  /** What was to be forwarded. */
  UnsentForwarder forwarder() {
    return forwarder;
  }
}
