package dev.bearward.server;

import dev.bearward.http.AddressBlock;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The listeners, their limits and their time-outs.
 *
 * @param listen addresses and unix-domain sockets to listen on; at least one
 * @param realm realm of challenges (RFC 9110 section 11.5)
 * @param requestIdHeader field that carries the request id
 * @param http2 whether HTTP/2 is spoken with clients that can
 * @param trustedProxies whose word about the client counts; nobody's when it is empty
 * @param proxyProtocol whether their connections begin with a header of the PROXY protocol
 */
public record ServerSettings(
    List<SocketAddress> listen,
    String realm,
    String requestIdHeader,
    boolean http2,
    Limits limits,
    Timeouts timeouts,
    List<AddressBlock> trustedProxies,
    boolean proxyProtocol) {

  /**
   * Limits; beyond each the request is refused.
   *
   * @param requestLine bytes
   * @param headers bytes of the whole header section
   * @param headerCount field lines
   * @param connections open client connections
   * @param pending requests that wait for a decision
   * @param token bytes
   * @param failedVerifications of each client address
   */
  public record Limits(
      int requestLine,
      int headers,
      int headerCount,
      int connections,
      int pending,
      int token,
      FailedVerifications failedVerifications) {}

  /**
   * How many refused tokens an address may send before those not known to be good are refused
   * unseen.
   *
   * @param perAddress most at once
   * @param per time in which as many are forgiven
   */
  public record FailedVerifications(int perAddress, Duration per) {}

  /**
   * Time-outs of a client connection.
   *
   * @param header until the head is complete
   * @param body between bytes of a request body
   * @param idle between requests
   * @param webSocketIdle without a byte of a WebSocket in either direction
   * @param drain for exchanges in flight at shutdown
   */
  public record Timeouts(
      Duration header, Duration body, Duration idle, Duration webSocketIdle, Duration drain) {}
}
