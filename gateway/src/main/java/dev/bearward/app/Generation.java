package dev.bearward.app;

import dev.bearward.access.RouteAccess;
import dev.bearward.app.TlsContexts.OfUpstream;
import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySetSettings;
import dev.bearward.jwks.KeySets;
import dev.bearward.outbound.OutboundSettings;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.server.Service;
import dev.bearward.tls.ClientTls;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One configuration, wired: all that a change of the file changes. What means the same in the next
 * one is handed on to it: keys, connections, and what decisions and limits remember.
 *
 * @param number counts from 1
 * @param since when it was made
 */
record Generation(
    long number,
    Instant since,
    GatewaySettings settings,
    KeySets keys,
    OpaqueTokens opaque,
    DecisionPoint decision,
    Map<String, OfUpstream> tls,
    PooledForwarder forwarder) {

  /**
   * The first one. Nothing runs before {@link #start}.
   *
   * @throws IOException when a file that it names cannot be read or used
   */
  static Generation first(GatewaySettings settings, Base base) throws IOException {
    return of(settings, base, null);
  }

  /**
   * The one after this, which goes on unharmed. Nothing runs before {@link #start}.
   *
   * @throws IOException when a file that it names cannot be read or used; then nothing is held
   */
  Generation next(GatewaySettings settings, Base base) throws IOException {
    return of(settings, base, this);
  }

  private static Generation of(GatewaySettings settings, Base base, @Nullable Generation before)
      throws IOException {
    KeySets keys =
        before == null
            ? new KeySets(settings.keySets(), base.clients(), base.keys())
            : before.keys.next(settings.keySets());
    var opaque = new OpaqueTokens(settings, base, before == null ? null : before.opaque);
    var world = world(base, keys, opaque);
    DecisionPoint decision =
        before == null ? DecisionPoint.of(settings, world) : before.decision.next(settings, world);
    Map<String, OfUpstream> tls =
        base.tls().upstreams(settings.upstreams(), before == null ? Map.of() : before.tls);
    PooledForwarder forwarder =
        (before == null ? base.forwarder() : before.forwarder)
            .next(settings.upstreams(), contexts(tls));
    long number = before == null ? 1 : before.number + 1;
    Instant now = base.clock().instant();
    return new Generation(number, now, settings, keys, opaque, decision, tls, forwarder);
  }

  private static DecisionPoint.World world(Base base, KeySets keys, OpaqueTokens opaque) {
    return new DecisionPoint.World(
        keys,
        base.crypto(),
        opaque.cache(),
        opaque::beside,
        base.revocations(),
        base.sharing(),
        base.meters().tokens(),
        base.clock(),
        System::nanoTime);
  }

  private static Map<String, ClientTls> contexts(Map<String, OfUpstream> tls) {
    return tls.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().tls()));
  }

  /** Begins to fetch the keys, and to look after the upstreams, that are new. */
  void start() {
    keys.start();
    forwarder.start();
  }

  /** What requests get by it. */
  Service service() {
    RouteAccess access = decision.access();
    return new Service(settings.server(), access, forwarder, access.identityNames()::contains);
  }

  /** How issuers are reached. */
  List<OutboundSettings> reached() {
    return settings.keySets().stream().map(KeySetSettings::http).toList();
  }

  /** Verified tokens in memory, about. */
  long tokens() {
    return decision.verifier().entries() + opaque.entries();
  }

  /** What these take, about, in bytes. */
  long tokenBytes() {
    return decision.verifier().bytes() + opaque.bytes();
  }
}
