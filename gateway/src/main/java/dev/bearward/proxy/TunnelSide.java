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
final class TunnelSide extends ChannelInboundHandlerAdapter implements TunnelEnd {
  private final Tunnel tunnel;
  private final Channel channel;
  private final @Nullable SslHandler tls;
  private @Nullable TunnelEnd other;
  private long bytes;
  private boolean ended;

  TunnelSide(Tunnel tunnel, Channel channel) {
    this.tunnel = tunnel;
    this.channel = channel;
    this.tls = channel.pipeline().get(SslHandler.class);
  }

  @Override
  public void joins(TunnelEnd otherEnd) {
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

  private TunnelEnd other() {
    TunnelEnd end = other;
    if (end == null) {
      throw new IllegalStateException("tunnel: not joined");
    }
    return end;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }

  @Override
  public boolean isGone() {
    return !channel.isOpen();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf part) {
      bytes += part.readableBytes();
      tunnel.moved();
      other().put(part);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void put(ByteBuf part) {
    channel.write(part).addListener(this::taken);
  }

  /** What cannot be written any more is noticed by reading, unless there is nothing to read. */
  private void taken(Future<?> written) {
    if (!written.isSuccess() && ended) {
      tunnel.broken(this);
    }
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    other().flush();
    readOn();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void readOn() {
    if (!ended && other().isWritable()) {
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

  @Override
  public void endOutput() {
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

  @Override
  public void close() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
  }

  @Override
  public void closeNow() {
    channel.close();
  }

  /** Ends the connection so that the other side cannot take it for an end, below TLS. */
  @Override
  public void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext below = tls == null ? null : channel.pipeline().context(tls);
    if (below == null) {
      channel.close();
    } else {
      below.close();
    }
  }
}
