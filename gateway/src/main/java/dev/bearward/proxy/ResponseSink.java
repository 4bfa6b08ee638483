package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Takes the response of one forwarded exchange: any number of {@link #informational}, then {@link
 * #head}, {@link #body}*, {@link #end}; or {@link #fail} at any point, after which nothing follows.
 * Called on the exchange's event loop only.
 *
 * <p>The response may end before the request body was given completely (an early answer): whoever
 * sees {@link #end} before having called {@link RequestSink#end} knows that the rest is unwanted.
 */
public interface ResponseSink {
  /**
   * An interim response (1xx, never 101), its hop-by-hop and framing fields removed. A 100 comes
   * only when the client expects it.
   */
  void informational(int status, HttpHeaders headers);

  /**
   * The response head, its hop-by-hop and framing fields removed; all others, CORS ones included,
   * are as the upstream sent them. The sink owns the headers and may change them.
   *
   * @param reasonPhrase as sent, may be empty
   * @param bodyLength bytes of the body: exact, 0 for none, or -1 when only its end will tell. For
   *     a response to HEAD and for a 304 no body follows, and this is the length that the upstream
   *     declared, -1 if it declared none (RFC 9110 section 8.6)
   */
  void head(int status, String reasonPhrase, HttpHeaders headers, long bodyLength);

  /**
   * A head whose fields may be passed on byte for byte; its body follows at once and whole. The
   * same as the other {@code head}, which it may be taken for, and in place of it.
   */
  default void head(PlainHead plain) {
    head(plain.status(), plain.phrase(), plain.headers(), plain.contentLength());
  }

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

  /** The upstream takes more of the request body; may come from within {@link RequestSink#body}. */
  void wantBody();
}
