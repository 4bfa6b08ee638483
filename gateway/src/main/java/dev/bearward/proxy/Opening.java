package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection for one exchange, within the connect time-out. If the exchange is over by
 * then, the connection is kept for another. Others may join it where a connection is expected to
 * carry several. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class Opening implements MultiplexedConnection.Beginning {
  private static final String NO_HTTP2 = "no HTTP/2 (expected: h2 as ALPN's choice)";

  private final LoopPool pool;
  private final Exchange exchange;
  private final List<Exchange> joined = new ArrayList<>(0);
  private @Nullable Future<?> limit;
  private @Nullable Channel trying;
  private @Nullable MultiplexedConnection multiplexed;
  private boolean over;

  Opening(LoopPool pool, Exchange exchange) {
    this.pool = pool;
    this.exchange = exchange;
  }

  void start() {
    long nanos = pool.settings().connectTimeout().toNanos();
    limit = pool.loop().schedule(this::timedOut, nanos, TimeUnit.NANOSECONDS);
    Channel channel = UpstreamSocket.make(pool.loop(), pool.endpoint().address());
    trying = channel;
    pool.loop()
        .register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(channel);
          } else {
            failed(channel, registered.cause());
          }
        });
  }

  /** Whether another exchange may still join, and has. */
  boolean join(Exchange other) {
    boolean room = !over && joined.size() < Http2Codec.MAX_STREAMS - 1;
    if (room) {
      joined.add(other);
    }
    return room;
  }

  private void connect(Channel channel) {
    SslHandler tls = pool.endpoint().newTls(channel.alloc(), !exchange.switches());
    TlsEnd end = new TlsEnd();
    if (tls != null) {
      channel.pipeline().addLast(tls, end);
    }
    channel
        .connect(UpstreamSocket.target(channel, pool.endpoint().address()))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            failed(channel, connected.cause());
          } else if (tls != null) {
            shakeHands(channel, tls, end);
          } else if (speaksHttp2()) {
            greet(channel, null);
          } else {
            opened(new UpstreamConnection(pool, channel, null));
          }
        });
  }

  /** Whether HTTP/2 is the only thing to speak. A WebSocket has a connection of its own. */
  private boolean speaksHttp2() {
    return pool.settings().protocol() == Protocol.HTTP2 && !exchange.switches();
  }

  private void shakeHands(Channel channel, SslHandler tls, TlsEnd end) {
    tls.handshakeFuture()
        .addListener(agreed -> {
          if (!agreed.isSuccess()) {
            refused(channel, agreed.cause());
          } else if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
            greet(channel, end);
          } else if (speaksHttp2()) {
            refused(channel, new SSLHandshakeException(NO_HTTP2));
          } else {
            opened(new UpstreamConnection(pool, channel, end));
          }
        });
  }

  private void refused(Channel channel, Throwable cause) {
    if (!over) {
      pool.endpoint().refusedTls(cause);
    }
    failed(channel, cause);
  }

  private void greet(Channel channel, @Nullable TlsEnd end) {
    if (over) {
      channel.close();
      return;
    }
    if (end != null) {
      end.reportsTo(() -> {}, cause -> refused(channel, cause));
    }
    var connection = new MultiplexedConnection(pool, channel, end != null, this);
    multiplexed = connection;
    connection.start();
  }

  @Override
  public void begun() {
    MultiplexedConnection connection = multiplexed;
    if (over || connection == null) {
      return;
    }
    finish();
    pool.opened(connection);
    pool.begin(connection, exchange);
    joined.forEach(other -> pool.begin(connection, other));
    pool.freed(connection);
  }

  @Override
  public void failed(Throwable cause) {
    Channel channel = trying;
    if (channel != null) {
      failed(channel, cause);
    }
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
    if (!exchange.switches()) {
      pool.endpoint().multiplexes(false);
    }
    pool.opened(connection);
    if (exchange.isOver()) {
      pool.release(connection);
    } else {
      connection.begin(exchange);
    }
    joined.forEach(pool::acquireUnlessOver);
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
    for (Exchange other : joined) {
      if (!other.isOver()) {
        other.notConnected(reason);
      }
    }
  }

  private void finish() {
    over = true;
    pool.openingOver(this);
    Future<?> running = limit;
    if (running != null) {
      running.cancel(false);
    }
  }
}
