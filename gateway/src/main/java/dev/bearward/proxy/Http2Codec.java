package dev.bearward.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Ticker;

/**
 * Netty's HTTP/2 client in its strictest configuration, behind a {@link FrameGuard}. It only tells
 * faults to its listener before it treats them as the RFC says.
 */
final class Http2Codec extends Http2ConnectionHandler {
  /** Hears of frames, and of what is none. */
  interface Listener extends Http2FrameListener {
    /** A stream of ours is at an end, for a fault of the other side's or, outbound, of our own. */
    void streamFailed(Http2Stream stream, boolean outbound);

    /** The connection is about to be closed for a fault. */
    void connectionFailed(boolean outbound, Throwable cause);

    /** The connection is gone. */
    void connectionGone();
  }

  /** Most streams of ours at a time on one connection. */
  static final int MAX_STREAMS = 100;

  /** Bytes of one response that may lie here unread. */
  static final int STREAM_WINDOW = 128 * 1024;

  /** All streams together: one that nobody reads must not stop the others. */
  static final int CONNECTION_WINDOW = MAX_STREAMS * STREAM_WINDOW;

  /** Most CONTINUATION frames of less than 8 KiB in one head. */
  private static final int MAX_SMALL_CONTINUATIONS = 16;

  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
  private static final AsciiString COOKIE = AsciiString.cached("cookie");
  private static final AsciiString DPOP = AsciiString.cached("dpop");

  /** Never in the table that all users of a connection share (RFC 7541 section 7.1.3). */
  private static final Http2HeadersEncoder.SensitivityDetector SECRETS =
      (name, value) ->
          AUTHORIZATION.contentEquals(name)
              || COOKIE.contentEquals(name)
              || DPOP.contentEquals(name);

  private final Listener listener;
  private final FrameGuard budget;

  private Http2Codec(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      FrameGuard budget,
      Listener listener) {
    super(decoder, encoder, settings(), true);
    this.budget = budget;
    this.listener = listener;
    decoder.frameListener(listener);
  }

  /** A codec for one connection, to be put into its pipeline when it is connected. */
  static Http2Codec of(Listener listener, Ticker ticker) {
    var connection = new DefaultHttp2Connection(false);
    connection.local().allowPushTo(false);
    var writer = new DefaultHttp2FrameWriter(SECRETS, true);
    var encoder = new DefaultHttp2ConnectionEncoder(connection, writer);
    var heads = new DefaultHttp2HeadersDecoder(true, HeadGuard.MAX_BYTES);
    var reader = new DefaultHttp2FrameReader(heads, MAX_SMALL_CONTINUATIONS);
    var budget = new FrameGuard(reader, ticker);
    var decoder =
        new DefaultHttp2ConnectionDecoder(
            connection,
            encoder,
            budget,
            Http2PromisedRequestVerifier.ALWAYS_VERIFY,
            true,
            true,
            true,
            true);
    return new Http2Codec(decoder, encoder, budget, listener);
  }

  private static Http2Settings settings() {
    return new Http2Settings()
        .pushEnabled(false)
        .initialWindowSize(STREAM_WINDOW)
        .maxHeaderListSize(HeadGuard.MAX_BYTES);
  }

  /** Frames that carry nothing are not held against an upstream that is sent something. */
  FrameGuard budget() {
    return budget;
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException fault) {
    Http2Stream stream = connection().stream(fault.streamId());
    super.onStreamError(ctx, outbound, cause, fault);
    if (stream != null) {
      listener.streamFailed(stream, outbound);
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception fault) {
    listener.connectionFailed(outbound, cause);
    super.onConnectionError(ctx, outbound, cause, fault);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    listener.connectionGone();
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Reset by the other side, or a fault below: either way it is gone.
    var _ = ctx.close();
  }
}
