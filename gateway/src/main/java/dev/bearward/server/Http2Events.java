package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/** Turns decoded frames into calls on the session. */
final class Http2Events extends Http2FrameAdapter {
  private final Http2Session session;

  Http2Events(Http2Session session) {
    this.session = session;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean last) {
    return session.streams().data(stream, data, last) + padding;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean last)
      throws Http2Exception {
    session.streams().headers(stream, headers, last);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    session.streams().headers(stream, headers, last);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long code) {
    session.streams().reset(stream);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
      throws Http2Exception {
    session.codec().settings();
  }
}
