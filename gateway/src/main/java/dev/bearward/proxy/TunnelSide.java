package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One of a tunnel's two connections. Only a plain one can end in one direction alone: over TLS a
 * close_notify ends both.
 */
@SuppressWarnings("FutureReturnValueIgnored") // an end that fails has nobody to tell
final class TunnelSide extends ChannelInboundHandlerAdapter {
  private final Tunnel tunnel;
  private final Channel channel;
  private final @Nullable SslHandler tls;
  private @Nullable TunnelSide other;
  private long bytes;
  private boolean ended;

  TunnelSide(Tunnel tunnel, Channel channel) {
    this.tunnel = tunnel;
    this.channel = channel;
    this.tls = channel.pipeline().get(SslHandler.class);
  }

  /** Takes the other end. */
  void joins(TunnelSide otherEnd) {
    other = otherEnd;
    // A failed write must not lose what lies in the receive buffer.
    channel.config().setAutoClose(false);
    channel.config().setAutoRead(false);
    if (tls == null) {
      channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }
  }

  /** Begins, with the bytes that the handler holds whose place it takes. */
  void replaces(ChannelHandler decoder) {
    channel.pipeline().replace(decoder, null, this);
    other().flush();
    readOn();
  }

  TunnelSide other() {
    TunnelSide end = other;
    if (end == null) {
      throw new IllegalStateException("tunnel: not joined");
    }
    return end;
  }

  /** Bytes that came. */
  long bytes() {
    return bytes;
  }

  /** Whether no more come. */
  boolean hasEnded() {
    return ended;
  }

  boolean isGone() {
    return !channel.isOpen();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf part) {
      bytes += part.readableBytes();
      tunnel.moved();
      other().take(part);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ByteBuf part) {
    channel.write(part).addListener(this::taken);
  }

  /** What cannot be written any more is noticed by reading, unless there is nothing to read. */
  private void taken(Future<?> written) {
    if (!written.isSuccess() && ended) {
      tunnel.broken(this);
    }
  }

  private void flush() {
    channel.flush();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    other().flush();
    readOn();
  }

  private void readOn() {
    if (!ended && other().channel.isWritable()) {
      channel.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      tunnel.moved();
      other().readOn();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      if (!ended) {
        ended = true;
        tunnel.ended(this);
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
    tunnel.gone();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    tunnel.broken(this);
  }

  /** Sends what is left, and then the end of this direction. */
  void endOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          if (tls == null) {
            ((DuplexChannel) channel).shutdownOutput();
          } else {
            tls.closeOutbound();
          }
        });
  }

  /** Sends what is left, and closes. */
  void close() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
  }

  void closeNow() {
    channel.close();
  }

  /** Ends the connection so that the other side cannot take it for an end, below TLS. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext below = tls == null ? null : channel.pipeline().context(tls);
    if (below == null) {
      channel.close();
    } else {
      below.close();
    }
  }
}
