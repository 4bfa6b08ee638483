package dev.bearward.server;

import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.proxy.Tunnel;
import dev.bearward.proxy.TunnelSink;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A permitted WebSocket handshake (RFC 6455 section 4.2): writes the 101 once the upstream has
 * agreed, and only then takes HTTP off the client's connection.
 */
final class Upgrade implements TunnelSink, Tunnel.Listener {
  private final ClientConnection connection;
  private final Exchange exchange;
  private final Permit permit;
  private final String requestId;
  private @Nullable Tunnel tunnel;

  Upgrade(ClientConnection connection, Exchange exchange, Permit permit, String requestId) {
    this.connection = connection;
    this.exchange = exchange;
    this.permit = permit;
    this.requestId = requestId;
  }

  @Override
  public void switched(HttpHeaders headers, Tunnel opened) {
    if (!exchange.switches()) {
      opened.close();
      return;
    }
    tunnel = opened;
    connection.heads().switching(headers, permit, requestId);
    connection.writer().informational();
    connection.server().listener().tunnelOpened();
    connection.tunnel(opened, this);
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
