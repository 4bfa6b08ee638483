package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens one connection for one exchange, within the connect time-out. If the exchange is over by
 * then, the connection is kept for another. Others may join it where a connection is expected to
 * carry several. Event loop only.
 */
final class Opening implements Dial.Listener, MultiplexedConnection.Beginning {
  private final LoopPool pool;
  private final Exchange exchange;
  private final List<Exchange> joined = new ArrayList<>(0);
  private final Dial dial;
  private @Nullable Future<?> limit;
  private @Nullable MultiplexedConnection multiplexed;
  private boolean over;

  Opening(LoopPool pool, Exchange exchange) {
    this.pool = pool;
    this.exchange = exchange;
    // A WebSocket has a connection of its own, and speaks HTTP/1.1.
    this.dial = new Dial(pool.endpoint(), exchange.switches(), this);
  }

  void start() {
    long nanos = pool.settings().connectTimeout().toNanos();
    limit = pool.loop().schedule(this::timedOut, nanos, TimeUnit.NANOSECONDS);
    try {
      dial.start(pool.loop());
    } catch (ChannelException e) { // No file descriptor is left.
      finish();
      pool.noSocket(exchange, Faults.text(e));
    }
  }

  /** Whether another exchange may still join, and has. */
  boolean join(Exchange other) {
    boolean room = !over && joined.size() < Http2Codec.MAX_STREAMS - 1;
    if (room) {
      joined.add(other);
    }
    return room;
  }

  @Override
  public void connected(Channel channel, @Nullable TlsEnd tls, boolean http2) {
    if (over) {
      dial.close();
    } else if (http2) {
      greet(channel, tls);
    } else {
      opened(new UpstreamConnection(pool, channel, tls));
    }
  }

  private void greet(Channel channel, @Nullable TlsEnd tls) {
    if (tls != null) {
      tls.reportsTo(() -> {}, cause -> failed(cause, true));
    }
    var connection = new MultiplexedConnection(pool, channel, tls != null, this);
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
    failed(cause, false);
  }

  @Override
  public void failed(Throwable cause, boolean tls) {
    dial.close();
    if (over) {
      return;
    }
    if (tls) {
      pool.endpoint().refusedTls(cause);
    }
    fail(Reason.UPSTREAM_UNAVAILABLE, Faults.text(cause));
  }

  private void opened(UpstreamConnection connection) {
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
    fail(Reason.UPSTREAM_TIMEOUT, "not connected in time");
    dial.close();
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
