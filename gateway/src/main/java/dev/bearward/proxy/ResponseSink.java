package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Takes the response of one forwarded exchange: any number of {@link #informational}, then {@link
 * #head}, {@link #body}*, {@link #end}; or {@link #fail} at any point, after which nothing follows.
 * Called on the exchange's event loop only.
 */
public interface ResponseSink {
  /** An interim response (1xx, never 101). */
  void informational(int status, HttpHeaders headers);

  /**
   * The response head, its hop-by-hop and framing fields removed.
   *
   * @param bodyLength bytes of the body: exact, 0 for none, or -1 when only its end will tell
   */
  void head(int status, String reasonPhrase, HttpHeaders headers, long bodyLength);

  /** A part of the body; the sink owns the buffer. */
  void body(ByteBuf part);

  /** The response is complete and whole. */
  void end(HttpHeaders trailers);

  /**
   * The response cannot be had or cannot be completed: a refusal when no head was given yet,
   * otherwise an abort that the client can tell from an end (rule 114).
   */
  void fail(Reason reason);

  /** Whether more of the response may be read; otherwise {@link RequestSink#clientWritable()}. */
  boolean isWritable();

  /** The upstream takes more of the request body. */
  void wantBody();
}
