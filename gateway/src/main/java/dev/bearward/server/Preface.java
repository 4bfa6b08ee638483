package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the HTTP/1.1 decoder until the first bytes of a connection tell whether it speaks
 * HTTP/2 with prior knowledge (RFC 9113 section 3.3); then it goes, and costs nothing any more.
 */
final class Preface extends ChannelInboundHandlerAdapter {
  private static final ByteBuf PREFACE =
      Unpooled.unreleasableBuffer(Http2CodecUtil.connectionPrefaceBuf());

  private final Runnable http2;
  private @Nullable ByteBuf begun;

  /**
   * @param http2 puts HTTP/2 in the place of HTTP/1.1 behind this handler
   */
  Preface(Runnable http2) {
    this.http2 = http2;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf part && part.isReadable()) {
      read(ctx, joined(part));
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private ByteBuf joined(ByteBuf part) {
    ByteBuf before = begun;
    if (before == null) {
      return part;
    }
    begun = null;
    return Unpooled.wrappedBuffer(before, part);
  }

  private void read(ChannelHandlerContext ctx, ByteBuf in) {
    int known = Math.min(in.readableBytes(), PREFACE.readableBytes());
    if (!ByteBufUtil.equals(in, in.readerIndex(), PREFACE, PREFACE.readerIndex(), known)) {
      pass(ctx, in);
    } else if (known == PREFACE.readableBytes()) {
      http2.run();
      pass(ctx, in);
    } else {
      begun = Unpooled.copiedBuffer(in);
      in.release();
    }
  }

  private void pass(ChannelHandlerContext ctx, ByteBuf in) {
    ctx.fireChannelRead(in);
    ctx.pipeline().remove(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf left = begun;
    if (left != null) {
      begun = null;
      left.release();
    }
  }
}
