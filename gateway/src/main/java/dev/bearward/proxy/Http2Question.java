package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * What a check asks over HTTP/2, once the endpoint has shown that it speaks it. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as an error of the codec
final class Http2Question extends Http2FrameAdapter implements Http2Codec.Listener {
  private final HealthProbe probe;
  private final String scheme;
  private final String host;
  private final String path;
  private int stream;

  Http2Question(HealthProbe probe, boolean tls, String host, String path) {
    this.probe = probe;
    this.scheme = tls ? "https" : "http";
    this.host = host;
    this.path = path;
  }

  void ask(Channel channel) {
    channel.pipeline().addLast(Http2Codec.of(this, channel.eventLoop().ticker()));
    channel.config().setAutoRead(true);
    channel.flush();
  }

  private static Http2Codec codec(ChannelHandlerContext ctx) {
    return (Http2Codec) ctx.handler();
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    if (stream != 0) {
      return;
    }
    Http2Codec codec = codec(ctx);
    stream = codec.connection().local().incrementAndGetNextStreamId();
    Http2Headers fields =
        new DefaultHttp2Headers().method("GET").scheme(scheme).authority(host).path(path);
    fields.add(HttpHeaderNames.USER_AGENT, HealthProbe.USER_AGENT);
    fields.add(HttpHeaderNames.ACCEPT, "*/*");
    codec.encoder().writeHeaders(ctx, stream, fields, 0, true, ctx.newPromise());
    ctx.flush();
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
      boolean ends) {
    int status = Http2Response.status(headers);
    if (status >= 100 && status < 200 && !ends) {
      return;
    }
    codec(ctx).goAway(ctx, 0, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    ctx.flush();
    if (status < 200) {
      probe.failed("no HTTP response");
    } else {
      probe.answered(status);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean ends) {
    return data.readableBytes() + padding;
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
    probe.failed("reset without a response");
  }

  @Override
  public void onGoAwayRead(
      ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
    if (lastStreamId < stream || stream == 0) {
      probe.failed("GOAWAY without a response");
    }
  }

  @Override
  public void streamFailed(Http2Stream failed, boolean outbound) {
    probe.failed("no HTTP response");
  }

  @Override
  public void connectionFailed(boolean outbound, Throwable cause) {
    probe.failed("no HTTP/2");
  }

  @Override
  public void connectionGone() {
    probe.failed("closed without a response");
  }
}
