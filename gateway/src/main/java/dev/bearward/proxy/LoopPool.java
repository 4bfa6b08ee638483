package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one endpoint, and the exchanges of that loop that wait for
 * one. The connection used last is used next, so that those not needed grow old and go. Event loop
 * only, but for {@link #idleCount}.
 */
final class LoopPool {
  private final Endpoint endpoint;
  private final UpstreamLoop part;
  private final EventLoop loop;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private final Set<UpstreamConnection> all = new HashSet<>();
  private volatile int idleCount;
  private boolean queued;

  LoopPool(Endpoint endpoint, UpstreamLoop part) {
    this.endpoint = endpoint;
    this.part = part;
    this.loop = part.loop();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  EventLoop loop() {
    return loop;
  }

  RequestHeadWriter heads() {
    return part.heads();
  }

  UpstreamSettings settings() {
    return endpoint.settings();
  }

  ProxyListener listener() {
    return part.listener();
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
    if (waiting.isEmpty() && endpoint.tryOpen()) {
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
    if (!endpoint.tryWait()) {
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
      endpoint.waited();
      leaveQueueIfServed();
      exchange.unconnected(Reason.OVERLOADED);
    }
  }

  /** An exchange that waits wants nothing any more. */
  void abandon(Exchange exchange) {
    if (waiting.remove(exchange)) {
      endpoint.waited();
      leaveQueueIfServed();
    }
  }

  /** A loop that queues up for nothing would make others close connections for it. */
  private void leaveQueueIfServed() {
    if (queued && waiting.isEmpty()) {
      queued = false;
      endpoint.leave(this);
    }
  }

  private @Nullable Exchange nextWaiting() {
    Exchange next = waiting.poll();
    if (next != null) {
      endpoint.waited();
      leaveQueueIfServed();
    }
    return next;
  }

  /**
   * Opens what the endpoint allows for those that wait. The loop queues up before it tries, so that
   * a connection given back in between is not missed.
   */
  private void serveByOpening() {
    while (!waiting.isEmpty()) {
      if (!queued) {
        queued = true;
        endpoint.queueUp(this);
      }
      if (!endpoint.tryOpen()) {
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
      endpoint.nextTurn();
    }
  }

  /** A new connection is there. */
  void opened(UpstreamConnection connection) {
    all.add(connection);
    endpoint.connected(true);
    listener().connectionOpened(settings().name());
    connection.channel().closeFuture().addListener(closed -> gone(connection));
  }

  private void gone(UpstreamConnection connection) {
    all.remove(connection);
    if (idle.remove(connection)) {
      idleCount = idle.size();
    }
    listener().connectionClosed(settings().name());
    endpoint.closed();
  }

  /** No connection could be opened. */
  void notOpened(Exchange exchange, Reason reason, String why) {
    endpoint.connected(false);
    endpoint.failed(why, loop);
    endpoint.closed();
    if (!exchange.isOver()) {
      exchange.notConnected(reason);
    }
  }

  /** A connection is free for another exchange. */
  void release(UpstreamConnection connection) {
    Exchange next = waiting.peek();
    boolean keep = connection.isUsable() && !endpoint.isDraining() && mayKeep(next);
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
      return !endpoint.isTurnOfOther(this);
    }
    boolean unfair = all.size() > endpoint.fairShare() && endpoint.isTurnOfOther(this);
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

  /** What waits goes elsewhere. */
  void sendAway() {
    for (Exchange next = nextWaiting(); next != null; next = nextWaiting()) {
      next.moves();
      part.acquire(next);
    }
  }

  void closeAll() {
    for (Exchange next = nextWaiting(); next != null; next = nextWaiting()) {
      next.unconnected(Reason.UPSTREAM_UNAVAILABLE);
    }
    List.copyOf(all).forEach(UpstreamConnection::abort);
  }
}
