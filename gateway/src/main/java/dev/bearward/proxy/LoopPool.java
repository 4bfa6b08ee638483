package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
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
  private final List<MultiplexedConnection> shared = new ArrayList<>(0);
  private final Deque<Opening> joinable = new ArrayDeque<>(0);
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
    MultiplexedConnection roomy = shared.isEmpty() || exchange.switches() ? null : withRoom();
    if (roomy != null) {
      listener().connectionReused(settings().name());
      roomy.begin(exchange);
      return;
    }
    UpstreamConnection kept = takeIdle();
    if (kept != null) {
      listener().connectionReused(settings().name());
      kept.begin(exchange);
    } else {
      acquireFresh(exchange);
    }
  }

  /** As {@link #acquire}, for one that joined the opening of a connection it cannot have. */
  void acquireUnlessOver(Exchange exchange) {
    if (!exchange.isOver()) {
      acquire(exchange);
    }
  }

  private @Nullable MultiplexedConnection withRoom() {
    for (int i = 0; i < shared.size(); i++) {
      if (shared.get(i).hasRoom()) {
        return shared.get(i);
      }
    }
    return null;
  }

  /** As {@link #acquire}, but never a kept one. */
  void acquireFresh(Exchange exchange) {
    Opening under = joinable.peekLast();
    if (under != null && !exchange.switches() && endpoint.multiplexes() && under.join(exchange)) {
      return;
    }
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
    countIdle();
    return last;
  }

  private void open(Exchange exchange) {
    var opening = new Opening(this, exchange);
    if (settings().mayShare() && !exchange.switches()) {
      joinable.addLast(opening);
    }
    opening.start();
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

  /** Nobody can join it any more. */
  void openingOver(Opening opening) {
    joinable.remove(opening);
  }

  /** A new connection is there that carries several exchanges at a time. */
  void opened(MultiplexedConnection connection) {
    shared.add(connection);
    endpoint.multiplexes(true);
    endpoint.connected(true);
    listener().connectionOpened(settings().name());
    connection.channel().closeFuture().addListener(closed -> gone(connection));
  }

  private void gone(MultiplexedConnection connection) {
    shared.remove(connection);
    countIdle();
    listener().connectionClosed(settings().name());
    endpoint.closed();
  }

  /** Gives an exchange its place on a connection, or looks for another. */
  void begin(MultiplexedConnection connection, Exchange exchange) {
    if (exchange.isOver()) {
      return;
    }
    if (connection.hasRoom()) {
      connection.begin(exchange);
    } else {
      acquire(exchange);
    }
  }

  /** A connection may have room for what waits, or for nothing to do. */
  void freed(MultiplexedConnection connection) {
    roomChanged(connection);
    rest(connection);
  }

  /** A connection carries one more exchange. */
  void streamBegun(MultiplexedConnection connection) {
    if (connection.load() > 1) {
      endpoint.shared();
    } else {
      countIdle();
    }
  }

  /** A connection carries one exchange fewer. */
  void streamEnded(MultiplexedConnection connection) {
    if (connection.isIdle()) {
      countIdle();
    } else {
      endpoint.unshared();
    }
  }

  /** A connection may carry more than before. */
  void roomChanged(MultiplexedConnection connection) {
    while (!waiting.isEmpty() && connection.hasRoom()) {
      Exchange next = nextWaitingToShare();
      if (next == null) {
        return;
      }
      listener().connectionReused(settings().name());
      connection.begin(next);
    }
  }

  private @Nullable Exchange nextWaitingToShare() {
    for (Iterator<Exchange> all = waiting.iterator(); all.hasNext(); ) {
      Exchange next = all.next();
      if (!next.switches()) {
        all.remove();
        endpoint.waited();
        leaveQueueIfServed();
        return next;
      }
    }
    return null;
  }

  /** Keeps a connection that carries nothing, or closes it to make room for another. */
  private void rest(MultiplexedConnection connection) {
    if (!connection.isIdle()) {
      return;
    }
    boolean inTheWay = !waiting.isEmpty() && connection.hasRoom();
    if (endpoint.isDraining() || endpoint.isTurnOfOther(this) || inTheWay) {
      connection.retire();
    } else {
      connection.rest(settings().idleTimeout().toNanos());
    }
    countIdle();
  }

  private void countIdle() {
    int count = idle.size();
    for (int i = 0; i < shared.size(); i++) {
      count += shared.get(i).isIdle() ? 1 : 0;
    }
    idleCount = count;
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
      countIdle();
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

  /** The gateway itself has nothing to connect with, which is no fault of the endpoint. */
  void noSocket(Exchange exchange, String why) {
    endpoint.noSocket(why);
    endpoint.closed();
    exchange.unconnected(Reason.OVERLOADED);
  }

  /** A connection is free for another exchange. */
  void release(UpstreamConnection connection) {
    Exchange next = waiting.peek();
    boolean keep = connection.isUsable() && !endpoint.isDraining() && mayKeep(next);
    if (!keep) {
      connection.close();
    } else if (next == null) {
      idle.addLast(connection);
      countIdle();
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
      countIdle();
      oldest.close();
    } else {
      shared.stream()
          .filter(MultiplexedConnection::isIdle)
          .findFirst()
          .ifPresent(MultiplexedConnection::retire);
    }
  }

  void closeAllIdle() {
    List.copyOf(idle).forEach(UpstreamConnection::close);
    List.copyOf(shared).forEach(MultiplexedConnection::retire);
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
    List.copyOf(shared).forEach(MultiplexedConnection::abort);
  }
}
