package dev.bearward.proxy;

import dev.bearward.http.Reason;
import dev.bearward.tls.ClientTls;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one upstream, and the exchanges of that loop that wait for
 * one. The connection used last is used next, so that those not needed grow old and go. Event loop
 * only, but for {@link #idleCount}.
 */
final class LoopPool {
  private final Upstream upstream;
  private final EventLoop loop;
  private final RequestHeadWriter heads;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private final Set<UpstreamConnection> all = new HashSet<>();
  private volatile int idleCount;
  private boolean queued;

  LoopPool(Upstream upstream, EventLoop loop, RequestHeadWriter heads) {
    this.upstream = upstream;
    this.loop = loop;
    this.heads = heads;
  }

  EventLoop loop() {
    return loop;
  }

  RequestHeadWriter heads() {
    return heads;
  }

  UpstreamSettings settings() {
    return upstream.settings();
  }

  ProxyListener listener() {
    return upstream.listener();
  }

  @Nullable ClientTls tls() {
    return upstream.tls();
  }

  UpstreamAddresses addresses() {
    return upstream.addresses();
  }

  /** Idle connections, to be read from any thread. */
  int idleCount() {
    return idleCount;
  }

  /** Finds a connection for an exchange: a kept one, a new one, or the next to become free. */
  void acquire(Exchange exchange) {
    UpstreamConnection kept = takeIdle();
    if (kept != null) {
      listener().connectionReused(settings().name());
      kept.begin(exchange);
    } else {
      acquireFresh(exchange);
    }
  }

  /** As {@link #acquire}, but never a kept one. */
  void acquireFresh(Exchange exchange) {
    if (waiting.isEmpty() && upstream.tryOpen()) {
      open(exchange);
    } else {
      enqueue(exchange);
    }
  }

  private @Nullable UpstreamConnection takeIdle() {
    UpstreamConnection last = idle.pollLast();
    while (last != null && !last.isUsable()) {
      last = idle.pollLast();
    }
    idleCount = idle.size();
    return last;
  }

  private void open(Exchange exchange) {
    new Opening(this, exchange).start();
  }

  private void enqueue(Exchange exchange) {
    if (!upstream.tryWait()) {
      exchange.unconnected(Reason.OVERLOADED);
      return;
    }
    waiting.add(exchange);
    long nanos = settings().maxWait().toNanos();
    exchange.awaitsConnection(
        loop.schedule(() -> waitedTooLong(exchange), nanos, TimeUnit.NANOSECONDS));
    serveByOpening();
  }

  private void waitedTooLong(Exchange exchange) {
    if (waiting.remove(exchange)) {
      upstream.waited();
      leaveQueueIfServed();
      exchange.unconnected(Reason.OVERLOADED);
    }
  }

  /** An exchange that waits wants nothing any more. */
  void abandon(Exchange exchange) {
    if (waiting.remove(exchange)) {
      upstream.waited();
      leaveQueueIfServed();
    }
  }

  /** A loop that queues up for nothing would make others close connections for it. */
  private void leaveQueueIfServed() {
    if (queued && waiting.isEmpty()) {
      queued = false;
      upstream.leave(this);
    }
  }

  private @Nullable Exchange nextWaiting() {
    Exchange next = waiting.poll();
    if (next != null) {
      upstream.waited();
      leaveQueueIfServed();
    }
    return next;
  }

  /**
   * Opens what the upstream allows for those that wait. The loop queues up before it tries, so that
   * a connection given back in between is not missed.
   */
  private void serveByOpening() {
    while (!waiting.isEmpty()) {
      if (!queued) {
        queued = true;
        upstream.queueUp(this);
      }
      if (!upstream.tryOpen()) {
        return;
      }
      Exchange next = nextWaiting();
      if (next != null) {
        open(next);
      }
    }
  }

  /** It is this loop's turn; when it needs none any more, the turn goes on. */
  void turn() {
    queued = false;
    serveByOpening();
    if (waiting.isEmpty()) {
      upstream.nextTurn();
    }
  }

  /** A new connection is there. */
  void opened(UpstreamConnection connection) {
    all.add(connection);
    listener().connectionOpened(settings().name());
    connection.channel().closeFuture().addListener(closed -> gone(connection));
  }

  private void gone(UpstreamConnection connection) {
    all.remove(connection);
    if (idle.remove(connection)) {
      idleCount = idle.size();
    }
    listener().connectionClosed(settings().name());
    upstream.closed();
  }

  /** No connection could be opened. */
  void notOpened(Exchange exchange, Reason reason) {
    upstream.closed();
    if (!exchange.isOver()) {
      exchange.unconnected(reason);
    }
  }

  /** A connection is free for another exchange. */
  void release(UpstreamConnection connection) {
    Exchange next = waiting.peek();
    boolean keep = connection.isUsable() && !upstream.isDraining() && mayKeep(next);
    if (!keep) {
      connection.close();
    } else if (next == null) {
      idle.addLast(connection);
      idleCount = idle.size();
      connection.idle(settings().idleTimeout().toNanos());
    } else {
      nextWaiting();
      listener().connectionReused(settings().name());
      connection.begin(next);
    }
  }

  /** Whether a free connection stays here, rather than make room for a new one. */
  private boolean mayKeep(@Nullable Exchange next) {
    if (next == null) {
      return !upstream.isTurnOfOther(this);
    }
    boolean unfair = all.size() > upstream.fairShare() && upstream.isTurnOfOther(this);
    return !unfair && !next.needsFreshConnection();
  }

  /** Makes room for another loop. */
  void closeOldestIdle() {
    UpstreamConnection oldest = idle.pollFirst();
    if (oldest != null) {
      idleCount = idle.size();
      oldest.close();
    }
  }

  void closeAllIdle() {
    List.copyOf(idle).forEach(UpstreamConnection::close);
  }

  void closeAll() {
    for (Exchange next = nextWaiting(); next != null; next = nextWaiting()) {
      next.unconnected(Reason.UPSTREAM_UNAVAILABLE);
    }
    List.copyOf(all).forEach(UpstreamConnection::abort);
  }
}
