package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection for one exchange, within the connect time-out. If the exchange is over by
 * then, the connection is kept for another. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class Opening {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  /** Few reads in a row: what they yield is what a slow client may let pile up. */
  private static final MaxMessagesRecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(4);

  private final LoopPool pool;
  private final Exchange exchange;
  private @Nullable Future<?> limit;
  private @Nullable Channel trying;
  private boolean over;

  Opening(LoopPool pool, Exchange exchange) {
    this.pool = pool;
    this.exchange = exchange;
  }

  void start() {
    long nanos = pool.settings().connectTimeout().toNanos();
    limit = pool.loop().schedule(this::timedOut, nanos, TimeUnit.NANOSECONDS);
    Channel channel = newChannel(pool.loop(), pool.endpoint().address());
    SslHandler tls = pool.endpoint().newTls(channel.alloc());
    var connection = new UpstreamConnection(pool, channel, tls);
    trying = channel;
    pool.loop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(connection, tls);
          } else {
            failed(channel);
          }
        });
  }

  private void connect(UpstreamConnection connection, @Nullable SslHandler tls) {
    Channel channel = connection.channel();
    channel
        .connect(target(channel, pool.endpoint().address()))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(channel);
          } else if (tls == null) {
            opened(connection);
          } else {
            shakeHands(connection, tls);
          }
        });
  }

  private void shakeHands(UpstreamConnection connection, SslHandler tls) {
    tls.handshakeFuture()
        .addListener(agreed -> {
          if (agreed.isSuccess()) {
            opened(connection);
            return;
          }
          if (!over) {
            pool.endpoint().refusedTls(agreed.cause());
          }
          failed(connection.channel());
        });
  }

  private void failed(Channel channel) {
    channel.close();
    if (!over) {
      fail(Reason.UPSTREAM_UNAVAILABLE);
    }
  }

  private void opened(UpstreamConnection connection) {
    if (over) {
      connection.close();
      return;
    }
    finish();
    pool.opened(connection);
    if (exchange.isOver()) {
      pool.release(connection);
    } else {
      connection.begin(exchange);
    }
  }

  private void timedOut() {
    Channel channel = trying;
    fail(Reason.UPSTREAM_TIMEOUT);
    if (channel != null) {
      channel.close();
    }
  }

  private void fail(Reason reason) {
    finish();
    pool.notOpened(exchange, reason);
  }

  private void finish() {
    over = true;
    Future<?> running = limit;
    if (running != null) {
      running.cancel(false);
    }
  }

  /** Netty's native transport has a type of its own for the address of a Unix-domain socket. */
  private static SocketAddress target(Channel channel, SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix && channel instanceof UnixChannel
        ? new DomainSocketAddress(unix.getPath().toString())
        : address;
  }

  private static Channel newChannel(EventLoop loop, SocketAddress to) {
    boolean tcp = to instanceof InetSocketAddress;
    Channel channel = tcp ? tcp(isEpoll(loop)) : unix(isEpoll(loop));
    ChannelConfig config = channel.config();
    config.setAutoRead(false);
    // A failed write must not lose an answer that already lies in the receive buffer.
    config.setAutoClose(false);
    config.setWriteBufferWaterMark(WATER_MARK);
    config.setRecvByteBufAllocator(READS);
    if (tcp) {
      config.setOption(ChannelOption.TCP_NODELAY, true);
      config.setOption(ChannelOption.SO_KEEPALIVE, true);
    }
    return channel;
  }

  private static Channel tcp(boolean epoll) {
    return epoll ? new EpollSocketChannel() : new NioSocketChannel();
  }

  private static Channel unix(boolean epoll) {
    return epoll ? new EpollDomainSocketChannel() : new NioDomainSocketChannel();
  }

  private static boolean isEpoll(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
  }
}
