package dev.bearward.proxy;

import dev.bearward.http.Reason;
import dev.bearward.tls.ClientTls;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection for one exchange: finds the upstream's addresses and tries them in order,
 * all within the connect time-out. If the exchange is over by then, the connection is kept for
 * another. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class Opening {
  /** Most addresses of a name that are tried. */
  private static final int MAX_ADDRESSES = 8;

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
    pool.addresses().find(pool.loop(), addresses -> tryNext(addresses, 0));
  }

  private void tryNext(List<InetSocketAddress> addresses, int index) {
    if (over) {
      return;
    }
    if (index == Math.min(addresses.size(), MAX_ADDRESSES)) {
      fail(Reason.UPSTREAM_UNAVAILABLE);
      return;
    }
    Channel channel = newChannel(pool.loop());
    ClientTls tls = pool.tls();
    SslHandler handler = tls == null ? null : tls.newHandler(channel.alloc());
    var connection = new UpstreamConnection(pool, channel, handler);
    trying = channel;
    pool.loop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(connection, handler, addresses, index);
          } else {
            failed(channel, addresses, index);
          }
        });
  }

  private void connect(
      UpstreamConnection connection,
      @Nullable SslHandler tls,
      List<InetSocketAddress> addresses,
      int index) {
    Channel channel = connection.channel();
    channel
        .connect(addresses.get(index))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(channel, addresses, index);
          } else if (tls == null) {
            opened(connection);
          } else {
            shakeHands(connection, tls, addresses, index);
          }
        });
  }

  private void shakeHands(
      UpstreamConnection connection, SslHandler tls, List<InetSocketAddress> addresses, int index) {
    tls.handshakeFuture()
        .addListener(agreed -> {
          if (agreed.isSuccess()) {
            opened(connection);
            return;
          }
          ClientTls ours = pool.tls();
          if (ours != null && !over) {
            ours.refused(agreed.cause());
          }
          failed(connection.channel(), addresses, index);
        });
  }

  private void failed(Channel channel, List<InetSocketAddress> addresses, int index) {
    channel.close();
    tryNext(addresses, index + 1);
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

  private static Channel newChannel(EventLoop loop) {
    Channel channel = isEpoll(loop) ? new EpollSocketChannel() : new NioSocketChannel();
    ChannelConfig config = channel.config();
    config.setAutoRead(false);
    // A failed write must not lose an answer that already lies in the receive buffer.
    config.setAutoClose(false);
    config.setWriteBufferWaterMark(WATER_MARK);
    config.setRecvByteBufAllocator(READS);
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
    return channel;
  }

  private static boolean isEpoll(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
  }
}
