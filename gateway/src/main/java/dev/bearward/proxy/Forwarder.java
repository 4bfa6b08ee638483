package dev.bearward.proxy;

import dev.bearward.access.Permit;
import io.netty.channel.EventLoop;

/** Forwards permitted exchanges to their upstreams. */
public interface Forwarder {
  /**
   * Begins one exchange. Head and route come only from the permit, which is used up.
   *
   * <p>Must be called on {@code loop}. The sink is called on that loop too, and never before this
   * method has returned, so that the caller holds the request's sink when the first answer comes.
   *
   * @param body framing of the request body; when it is {@link RequestBody#NONE} or of length 0,
   *     {@link RequestSink#end} need not be called
   * @param loop the client connection's own; the upstream connection lives on it
   */
  RequestSink forward(Permit permit, RequestBody body, ResponseSink sink, EventLoop loop);

  /**
   * Begins one exchange that asks for a WebSocket and has no body, as {@link #forward} does. The
   * permit's head must be a sound handshake ({@link dev.bearward.http.WebSocketHandshake#fault}).
   *
   * @param sink takes any response but a 101 that agrees to what was asked
   * @param tunnels takes that one
   */
  RequestSink upgrade(Permit permit, ResponseSink sink, TunnelSink tunnels, EventLoop loop);
}
