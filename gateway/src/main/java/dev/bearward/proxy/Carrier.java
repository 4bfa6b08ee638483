package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.Permit;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * What carries one exchange to its upstream, and is its own until the response ends: a whole
 * HTTP/1.1 connection, or a stream of an HTTP/2 one. Event loop only.
 */
sealed interface Carrier permits UpstreamConnection, UpstreamStream {
  /**
   * Sends the head of a request.
   *
   * @param upgrade whether it asks for a WebSocket
   * @return false when it cannot be sent as it is; then nothing was
   */
  boolean head(Permit permit, RequestHead head, RequestBody framing, boolean upgrade);

  /** Sends a part of the request body, which it owns from now on and which is not empty. */
  void part(ByteBuf part);

  /** Ends a request body whose end its head did not tell. */
  void end(HttpHeaders trailers, IdentityNames own);

  /** Whether it takes more of the request body now. */
  boolean isWritable();

  /** Goes on reading the response. */
  void readOn();

  /** What the exchange waits for at the moment. */
  Deadline deadline();

  /** Whether it may have been closed by the upstream before the request got there. */
  boolean isReused();

  /** Whether any byte of a response came. */
  boolean hasAnswered();

  /** Whether the upstream said that it did nothing with the request, whatever it was. */
  boolean isUnprocessed();

  /** The exchange never sent anything on it. */
  void unused();

  /** The response ended; {@code requestSent} says whether the request did too. */
  void finished(boolean requestSent);

  /** The exchange wants no more of it. */
  void abandon();
}
