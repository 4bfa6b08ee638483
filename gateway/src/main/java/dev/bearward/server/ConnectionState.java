package dev.bearward.server;

/**
 * What a client connection is doing. One exchange at a time, so this is the state of its exchange
 * as well.
 *
 * <pre>
 * IDLE ──first byte──► HEAD ──complete──► DECIDING ──permit──► FORWARDING ──response ends──┐
 *  ▲                    │                    │ denial, answer          │                   │
 *  │                    │ malformed,         ▼                         │ body unread       │
 *  │                    │ late            (response) ───────────────► DRAINING             │
 *  │                    ▼                    │                         │                   │
 *  ├────────────────────┼──── kept ──────────┴─────────────────────────┴───────────────────┤
 *  └────────────────────┼──── sent ─────────────────────────────────── FLUSHING ◄──unsent──┘
 *                       ▼
 *                   LINGERING ──► CLOSED
 * </pre>
 *
 * A WebSocket handshake that the upstream agrees to leads from FORWARDING to TUNNEL and CLOSED.
 */
enum ConnectionState {
  /** No byte of a next request yet; the idle time-out runs. */
  IDLE,
  /** A part of a head is here; the header time-out runs. */
  HEAD,
  /** The gate decides, perhaps later. Nothing is decoded, so no pipelined head is decided. */
  DECIDING,
  /** The request body goes up, the response comes down, each as fast as the other side takes it. */
  FORWARDING,
  /** No HTTP any more: the tunnel reads, writes, watches the time and closes. */
  TUNNEL,
  /** The response is complete; the rest of the request body is thrown away, within bounds. */
  DRAINING,
  /**
   * The response is complete, but the client has not taken all of it: until it has, the connection
   * is not read and no pipelined head is decided.
   */
  FLUSHING,
  /**
   * The last response was written and our side of the connection is shut: what still comes is
   * thrown away for a while, so that a reset does not destroy the response on its way (RFC 9112
   * section 9.6).
   */
  LINGERING,
  /** The socket is closed. */
  CLOSED
}
