package dev.bearward.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** How a client learns that no more comes: in an orderly way, or in one it cannot take for that. */
final class Farewell {
  private final Channel channel;
  private final @Nullable SslHandler tls;

  Farewell(Channel channel, @Nullable SslHandler tls) {
    this.channel = channel;
    this.tls = tls;
  }

  /** Ends our side; the client may go on sending until it notices. */
  void say(ChannelFutureListener said) {
    if (tls == null) {
      var _ = ((DuplexChannel) channel).shutdownOutput().addListener(said);
      return;
    }
    // What comes after our close_notify is of no use to anybody (RFC 8446 section 6.1).
    channel.pipeline().addFirst(new Deaf());
    var _ =
        tls.closeOutbound()
            .addListener(_ -> ((DuplexChannel) channel).shutdownOutput().addListener(said));
  }

  /** Ends the connection with a reset, and without close_notify. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext below = tls == null ? null : channel.pipeline().context(tls);
    if (below == null) {
      var _ = channel.close();
    } else {
      var _ = below.close();
    }
  }

  /** Throws away what still comes, before anybody decrypts or gathers it. */
  private static final class Deaf extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
