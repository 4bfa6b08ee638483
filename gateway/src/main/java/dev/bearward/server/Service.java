package dev.bearward.server;

import dev.bearward.access.AccessGate;
import dev.bearward.http.Peer;
import dev.bearward.proxy.Forwarder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What requests get by one generation of the configuration. Each exchange reads it once, with its
 * head, so none is decided by one generation and forwarded by another.
 *
 * @param settings limits, time-outs and trusted proxies; its addresses, its field of request ids
 *     and its limit of requests that wait are looked at when the server starts only
 * @param gatewayOnly request fields that only the gateway may set; a client must not name them in
 *     Connection
 */
public record Service(
    ServerSettings settings,
    AccessGate gate,
    Forwarder forwarder,
    Predicate<CharSequence> gatewayOnly) {

  /** What reads whom a caller speaks for, or null when it is not trusted to speak for others. */
  @Nullable HopReader hopReader(Caller caller) {
    Peer peer = caller.peer();
    boolean trusted =
        !caller.unnamed() && HopReader.trusts(settings.trustedProxies(), peer.address());
    return trusted ? new HopReader(settings.trustedProxies(), peer) : null;
  }
}
