package dev.bearward.proxy;

import dev.bearward.http.WebSocketHandshake;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket that one exchange asks for: what the upstream's 101 must say (RFC 6455 section
 * 4.1), and the tunnel that comes of it. Event loop only.
 */
final class Switching {
  private final String accept;
  private final TunnelSink sink;
  private final Supplier<RandomGenerator> randoms;
  private @Nullable Tunnel tunnel;

  /**
   * @param accept what the upstream must answer the client's key with
   * @param randoms makes sources of chance for the tunnel
   */
  Switching(String accept, TunnelSink sink, Supplier<RandomGenerator> randoms) {
    this.accept = accept;
    this.sink = sink;
    this.randoms = randoms;
  }

  /** Whether a 101 is the answer to this very handshake. */
  boolean agrees(HttpResponse response) {
    HttpHeaders headers = response.headers();
    return response.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT).equals(List.of(accept))
        && isProtocol(headers.getAll(HttpHeaderNames.UPGRADE))
        && WebSocketHandshake.lists(headers.getAll(HttpHeaderNames.CONNECTION), "upgrade");
  }

  private static boolean isProtocol(List<String> upgrade) {
    return upgrade.size() == 1 && upgrade.getFirst().equalsIgnoreCase(WebSocketHandshake.PROTOCOL);
  }

  /** The upstream has agreed: its connection is no connection of the pool any more. */
  void over(HttpHeaders headers, UpstreamConnection from) {
    ResponseFields.strip(headers, false);
    var opened = new Tunnel(from.channel(), from.handOver(), randoms);
    tunnel = opened;
    sink.switched(headers, opened);
  }

  /** The client's side wants no more of it. */
  void cancel() {
    if (tunnel != null) {
      tunnel.close();
    }
  }
}
