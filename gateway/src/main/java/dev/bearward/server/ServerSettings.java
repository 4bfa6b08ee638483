package dev.bearward.server;

import dev.bearward.http.AddressBlock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The listeners, their limits and their time-outs.
 *
 * @param listen addresses to listen on; at least one
 * @param realm realm of challenges (RFC 9110 section 11.5)
 * @param requestIdHeader field that carries the request id
 * @param trustedProxies whose word about the client counts; nobody's when it is empty
 */
public record ServerSettings(
    List<InetSocketAddress> listen,
    String realm,
    String requestIdHeader,
    Limits limits,
    Timeouts timeouts,
    List<AddressBlock> trustedProxies) {

  /**
   * Limits; beyond each the request is refused.
   *
   * @param requestLine bytes
   * @param headers bytes of the whole header section
   * @param headerCount field lines
   * @param connections open client connections
   * @param pending requests that wait for a decision
   * @param token bytes
   */
  public record Limits(
      int requestLine, int headers, int headerCount, int connections, int pending, int token) {}

  /**
   * Time-outs of a client connection.
   *
   * @param header until the head is complete
   * @param body between bytes of a request body
   * @param idle between requests
   * @param drain for exchanges in flight at shutdown
   */
  public record Timeouts(Duration header, Duration body, Duration idle, Duration drain) {}
}
