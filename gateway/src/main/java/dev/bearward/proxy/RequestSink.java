package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Takes the request body of one forwarded exchange. Used on the exchange's event loop only; after
 * the response has failed or ended, further calls release what they are given and do nothing.
 */
public interface RequestSink {
  /** A part of the body; the sink owns the buffer. */
  void body(ByteBuf part);

  /** The body is complete. Trailers go upstream only when the body is chunked. */
  void end(HttpHeaders trailers);

  /**
   * Whether more of the body may be read from the client; when false, {@link
   * ResponseSink#wantBody()} says when to go on. Parts given while it is false are kept, so what
   * was already read is never lost. False until there is an upstream connection.
   */
  boolean wantsBody();

  /** Whether the request is one among others on its upstream connection, and holds none alone. */
  default boolean isMultiplexed() {
    return false;
  }

  /** The client's connection became writable again: go on reading the response. */
  void clientWritable();

  /**
   * The client went away or broke the body's framing: nothing more is wanted, free the upstream.
   * The response sink is not called again.
   */
  void cancel();
}
