package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees frames before the decoder does, and can only refuse. No more than so many a second may carry
 * nothing (rule 141): PING, SETTINGS, PRIORITY, RST_STREAM, window updates, empty DATA and unknown
 * ones; each frame of content, either way, earns one of them. A length may be declared once, since
 * the decoder makes one of several, and responses come on streams of ours.
 */
final class FrameGuard implements Http2FrameReader {
  /** Most frames without content within a second. */
  static final int PER_SECOND = 1_000;

  private final Http2FrameReader reader;
  private final Ticker ticker;
  private @Nullable Counting counting;
  private int left = PER_SECOND;
  private long since;

  FrameGuard(Http2FrameReader reader, Ticker ticker) {
    this.reader = reader;
    this.ticker = ticker;
    this.since = ticker.nanoTime();
  }

  @Override
  public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener)
      throws Http2Exception {
    Counting to = counting;
    if (to == null || !to.target().equals(listener)) {
      to = new Counting(listener);
      counting = to;
    }
    reader.readFrame(ctx, input, to);
  }

  @Override
  public Configuration configuration() {
    return reader.configuration();
  }

  @Override
  public void close() {
    reader.close();
  }

  /** Something of worth came or went. */
  void earn() {
    if (left < PER_SECOND) {
      left++;
    }
  }

  private void spend() throws Http2Exception {
    if (--left >= 0) {
      return;
    }
    long now = ticker.nanoTime();
    if (now - since < TimeUnit.SECONDS.toNanos(1)) {
      throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "frames without content");
    }
    since = now;
    left = PER_SECOND - 1;
  }

  /** A server opens streams by a push alone, and pushes are off (RFC 9113 section 5.1.1). */
  private static void openedByUs(int streamId) throws Http2Exception {
    if ((streamId & 1) == 0) {
      throw Http2Exception.connectionError(
          Http2Error.PROTOCOL_ERROR, "a response on stream " + streamId);
    }
  }

  private static void declaredOnce(int streamId, Http2Headers headers) throws Http2Exception {
    CharSequence length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null
        && (AsciiString.indexOf(length, ',', 0) >= 0
            || headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1)) {
      throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "several lengths");
    }
  }

  private final class Counting extends Http2FrameListenerDecorator {
    Counting(Http2FrameListener target) {
      super(target);
    }

    Http2FrameListener target() {
      return listener;
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
        throws Http2Exception {
      if (data.isReadable() || endOfStream) {
        earn();
      } else {
        spend();
      }
      return super.onDataRead(ctx, streamId, data, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      openedByUs(streamId);
      earn();
      declaredOnce(streamId, headers);
      super.onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int streamId,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      openedByUs(streamId);
      earn();
      declaredOnce(streamId, headers);
      super.onHeadersRead(ctx, streamId, headers, dependency, weight, exclusive, padding, end);
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      spend();
      super.onPriorityRead(ctx, streamId, dependency, weight, exclusive);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
        throws Http2Exception {
      spend();
      super.onRstStreamRead(ctx, streamId, errorCode);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
        throws Http2Exception {
      spend();
      super.onSettingsRead(ctx, settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      spend();
      super.onPingRead(ctx, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      spend();
      super.onPingAckRead(ctx, data);
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
        throws Http2Exception {
      spend();
      super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
        throws Http2Exception {
      spend();
      super.onWindowUpdateRead(ctx, streamId, increment);
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload)
        throws Http2Exception {
      spend();
      super.onUnknownFrame(ctx, type, streamId, flags, payload);
    }
  }
}
