package dev.bearward.server;

import dev.bearward.tls.HandshakeFault;
import dev.bearward.tls.ServerHandshake;
import dev.bearward.tls.TlsListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * Stands behind the TLS of a client connection: lets requests in once the handshake is complete,
 * and takes the faults and the end of TLS for the end of the connection.
 */
final class TlsGate extends ChannelInboundHandlerAdapter {
  private final Reception reception;
  private final LoopState loop;
  private final Caller caller;
  private final TlsListener listener;
  private final ServerHandshake handshake;
  private boolean open;
  private boolean refused;

  TlsGate(
      Reception reception,
      LoopState loop,
      Caller caller,
      TlsListener listener,
      ServerHandshake handshake) {
    this.reception = reception;
    this.loop = loop;
    this.caller = caller;
    this.listener = listener;
    this.handshake = handshake;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      ctx.read();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent done when done.isSuccess() -> letIn(ctx);
      case SslHandshakeCompletionEvent done -> refuse(ctx, done.cause());
      case SslCloseCompletionEvent _ -> {
        var _ = ctx.channel().close();
      }
      default -> ctx.fireUserEventTriggered(event);
    }
  }

  private void letIn(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    byte[] certificate = ServerHandshake.clientCertificate(tls);
    String thumbprint = certificate == null ? null : Thumbprint.of(certificate);
    open = true;
    reception.requests(
        ctx.channel(), loop, caller.encrypted(thumbprint), tls, handshake::serves, true);
  }

  private void refuse(ChannelHandlerContext ctx, Throwable cause) {
    if (!refused && !(cause instanceof ClosedChannelException)) {
      refused = true;
      listener.clientRefused(HandshakeFault.why(cause));
    }
    var _ = ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!open) {
      refuse(ctx, cause);
    } else if (cause instanceof DecoderException || cause instanceof IOException) {
      var _ = ctx.close();
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }
}
