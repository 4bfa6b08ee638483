package dev.bearward.server;

import dev.bearward.http.Peer;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param unnamed whether a PROXY header came first that names no client: what follows may be
 *     anybody's, and that the address is a trusted proxy's says nothing of it
 */
record Caller(Peer peer, boolean unnamed) {

  /** One whose address is known, by the connection or from a trusted proxy. */
  static Caller at(Peer peer) {
    return new Caller(peer, false);
  }

  /** The same one, behind TLS. */
  Caller encrypted(@Nullable String certificateThumbprint) {
    return new Caller(new Peer(peer.address(), true, certificateThumbprint), unnamed);
  }
}
