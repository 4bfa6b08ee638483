package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;

/**
 * Hears of connections and exchanges. Called on event loops: it must not block, and it must not
 * throw.
 */
public interface ExchangeListener {
  /** Hears nothing. */
  ExchangeListener NONE = new ExchangeListener() {};

  /** A client connected. */
  default void connectionOpened() {}

  /** A connection that was opened is closed. */
  default void connectionClosed() {}

  /** A head is about to be decided; exactly one {@link #finished} follows. */
  default void started(RequestHead head) {}

  /** An exchange became a tunnel; it is {@link #finished} with status 101 when that ends. */
  default void tunnelOpened() {}

  /** A trusted proxy's connection did not begin with a sound PROXY header, and was closed. */
  default void proxyHeaderRefused(Peer proxy) {}

  /** The exchange is over, in whatever way. */
  default void finished(Outcome outcome) {}

  /**
   * Refused before there was a head to decide: not well-formed HTTP, an ambiguous path, a head that
   * did not arrive in time, or a connection beyond the limit ({@code OVERLOADED}, no response).
   */
  default void refused(Peer peer, Reason reason, String requestId) {}
}
