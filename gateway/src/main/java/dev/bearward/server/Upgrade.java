package dev.bearward.server;

import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.proxy.Tunnel;
import dev.bearward.proxy.TunnelSink;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A permitted WebSocket handshake (RFC 6455 section 4.2): has the client told once the upstream has
 * agreed, and only then lets the tunnel take the place of HTTP.
 */
final class Upgrade implements TunnelSink, Tunnel.Listener {
  private final ClientSide client;
  private final ExchangeListener listener;
  private final Exchange exchange;
  private final Permit permit;
  private @Nullable Tunnel tunnel;

  Upgrade(ClientSide client, ExchangeListener listener, Exchange exchange, Permit permit) {
    this.client = client;
    this.listener = listener;
    this.exchange = exchange;
    this.permit = permit;
  }

  @Override
  public void switched(HttpHeaders headers, Tunnel opened) {
    if (!exchange.switches(opened)) {
      opened.close();
      return;
    }
    tunnel = opened;
    listener.tunnelOpened();
    client.tunnel(headers, permit, opened, this);
  }

  @Override
  public void ended(@Nullable Reason reason, boolean orderly) {
    exchange.tunnelEnded(reason, orderly);
  }

  /** Whether there is or was a tunnel. */
  boolean isDone() {
    return tunnel != null;
  }

  /** Bytes that the client sent through the tunnel. */
  long bytesIn() {
    return tunnel == null ? 0 : tunnel.bytesUp();
  }

  /** Bytes that the upstream sent through it. */
  long bytesOut() {
    return tunnel == null ? 0 : tunnel.bytesDown();
  }
}
