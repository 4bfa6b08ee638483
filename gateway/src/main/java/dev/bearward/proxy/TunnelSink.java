package dev.bearward.proxy;

import io.netty.handler.codec.http.HttpHeaders;

/** Takes the one answer that is no response: the upstream switches protocols. */
public interface TunnelSink {
  /**
   * The upstream agreed with a 101 (RFC 9110 section 15.2.2). Comes in place of a response, on the
   * exchange's event loop; afterwards {@link RequestSink#cancel} ends the tunnel.
   *
   * @param headers of the 101, without those of hop and framing; the sink owns them
   * @param tunnel to be joined before this returns, or else closed
   */
  void switched(HttpHeaders headers, Tunnel tunnel);
}
