package dev.bearward.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;

/**
 * Stands behind the TLS of an upstream connection. Its close_notify ends the connection; an end
 * without one may be somebody else's doing, so that no response may end with it (RFC 9112 section
 * 9.8, rule 114).
 */
final class TlsEnd extends ChannelInboundHandlerAdapter {
  private Runnable cutOff = () -> {};
  private Consumer<Throwable> refused = cause -> {};
  private boolean agreed;
  private boolean closed;

  /**
   * Reports to whoever speaks on the connection. A handshake that fails is told by its own future.
   *
   * @param whenCutOff runs before the end of the connection is told to others, when it is no
   *     orderly one
   * @param whenRefused takes a fault after the handshake, such as the server's alert that it wants
   *     a certificate (in TLS 1.3 it comes so late)
   */
  void reportsTo(Runnable whenCutOff, Consumer<Throwable> whenRefused) {
    cutOff = whenCutOff;
    refused = whenRefused;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent done -> agreed = done.isSuccess();
      case SslCloseCompletionEvent end -> {
        closed = end.isSuccess();
        var _ = ctx.channel().close();
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (agreed && cause instanceof DecoderException) {
      refused.accept(cause);
    } else if (agreed) {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closed) {
      cutOff.run();
    }
    ctx.fireChannelInactive();
  }
}
