package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection for one exchange, within the connect time-out. If the exchange is over by
 * then, the connection is kept for another. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class Opening {
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
    Channel channel = UpstreamSocket.make(pool.loop(), pool.endpoint().address());
    SslHandler tls = pool.endpoint().newTls(channel.alloc());
    var connection = new UpstreamConnection(pool, channel, tls);
    trying = channel;
    pool.loop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(connection, tls);
          } else {
            failed(channel, registered.cause());
          }
        });
  }

  private void connect(UpstreamConnection connection, @Nullable SslHandler tls) {
    Channel channel = connection.channel();
    channel
        .connect(UpstreamSocket.target(channel, pool.endpoint().address()))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(channel, connected.cause());
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
          failed(connection.channel(), agreed.cause());
        });
  }

  private void failed(Channel channel, Throwable cause) {
    channel.close();
    if (!over) {
      fail(Reason.UPSTREAM_UNAVAILABLE, Faults.text(cause));
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
    fail(Reason.UPSTREAM_TIMEOUT, "not connected in time");
    if (channel != null) {
      channel.close();
    }
  }

  private void fail(Reason reason, String why) {
    finish();
    pool.notOpened(exchange, reason, why);
  }

  private void finish() {
    over = true;
    Future<?> running = limit;
    if (running != null) {
      running.cancel(false);
    }
  }
}
