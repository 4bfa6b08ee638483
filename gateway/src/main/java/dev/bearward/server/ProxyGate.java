package dev.bearward.server;

import dev.bearward.http.IpAddress;
import dev.bearward.http.Peer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the decoder of the PROXY protocol on a connection of a trusted proxy: lets it in
 * once that has said for whom it speaks, and closes it when it does not.
 */
final class ProxyGate extends ChannelInboundHandlerAdapter {
  private final Peer proxy;
  private final Duration patience;
  private final ExchangeListener listener;
  private final Consumer<Caller> letIn;
  private @Nullable Future<?> limit;
  private boolean over;

  /**
   * @param patience longest time until the header is complete
   * @param letIn goes on with the client of the proxy
   */
  ProxyGate(Peer proxy, Duration patience, ExchangeListener listener, Consumer<Caller> letIn) {
    this.proxy = proxy;
    this.patience = patience;
    this.listener = listener;
    this.letIn = letIn;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Runnable late = () -> refuse(ctx);
    limit = ctx.executor().schedule(late, patience.toNanos(), TimeUnit.NANOSECONDS);
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HAProxyMessage header && !over) {
        Caller caller = caller(header);
        if (caller == null) {
          refuse(ctx);
        } else {
          end();
          ctx.pipeline().remove(this);
          letIn.accept(caller);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** The client that the proxy names, or nobody at the proxy's own address; null for no stream. */
  private @Nullable Caller caller(HAProxyMessage header) {
    if (header.command() == HAProxyCommand.LOCAL) {
      return new Caller(proxy, true);
    }
    return switch (header.proxiedProtocol()) {
      case TCP4, TCP6 -> named(header.sourceAddress());
      case UNKNOWN, UNIX_STREAM -> new Caller(proxy, true);
      case UDP4, UDP6, UNIX_DGRAM -> null;
    };
  }

  private @Nullable Caller named(@Nullable String source) {
    InetAddress client = source == null ? null : IpAddress.parse(source);
    return client == null
        ? null
        : Caller.at(new Peer(client, proxy.tls(), proxy.certificateThumbprint()));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuse(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  private void refuse(ChannelHandlerContext ctx) {
    if (!over) {
      end();
      listener.proxyHeaderRefused(proxy);
      var _ = ctx.close();
    }
  }

  private void end() {
    over = true;
    if (limit != null) {
      limit.cancel(false);
    }
  }
}
