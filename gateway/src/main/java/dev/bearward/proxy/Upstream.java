package dev.bearward.proxy;

import dev.bearward.tls.ClientTls;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as all event loops share it: the number of its connections, the number of exchanges
 * that wait for one, and whose turn is next. Safe for use by several threads.
 *
 * <p>Connections never change their event loop, so a loop that needs one while others have them all
 * cannot take it. It queues up here instead and asks a loop with an idle connection to close it.
 * Whenever a connection is gone, the loop at the head of the queue may open a new one.
 */
final class Upstream {
  private final UpstreamSettings settings;
  private final @Nullable ClientTls tls;
  private final UpstreamAddresses addresses;
  private final ProxyListener listener;
  private final RequestFields fields;
  private final String requestIdHeader;
  private final Map<EventLoop, LoopPool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final Queue<LoopPool> turns = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  Upstream(
      UpstreamSettings settings,
      @Nullable ClientTls tls,
      UpstreamAddresses addresses,
      RequestFields fields,
      String requestIdHeader,
      ProxyListener listener) {
    this.settings = settings;
    this.tls = tls;
    this.addresses = addresses;
    this.fields = fields;
    this.requestIdHeader = requestIdHeader;
    this.listener = listener;
  }

  UpstreamSettings settings() {
    return settings;
  }

  /** TLS of its connections, or null for none. */
  @Nullable ClientTls tls() {
    return tls;
  }

  UpstreamAddresses addresses() {
    return addresses;
  }

  ProxyListener listener() {
    return listener;
  }

  /** The part of that event loop. */
  LoopPool pool(EventLoop loop) {
    LoopPool pool = pools.get(loop);
    return pool != null ? pool : pools.computeIfAbsent(loop, this::newPool);
  }

  private LoopPool newPool(EventLoop loop) {
    return new LoopPool(this, loop, new RequestHeadWriter(fields, requestIdHeader));
  }

  /** Takes the right to one more connection, if there is one; {@link #closed} gives it back. */
  boolean tryOpen() {
    int now = connections.get();
    while (now < settings.maxConnections()) {
      if (connections.compareAndSet(now, now + 1)) {
        return true;
      }
      now = connections.get();
    }
    return false;
  }

  /** Gives the right to a connection back; the next loop in the queue may have it. */
  void closed() {
    int left = connections.decrementAndGet();
    if (left == 0 && draining) {
      drained.complete(null);
    }
    nextTurn();
  }

  /** Lets the next loop in the queue try, when there is something to be had. */
  void nextTurn() {
    if (connections.get() < settings.maxConnections()) {
      LoopPool next = turns.poll();
      if (next != null) {
        next.loop().execute(next::turn);
      }
    }
  }

  /** Takes a place among those that wait, if there is one; {@link #waited} gives it back. */
  boolean tryWait() {
    int now = pending.incrementAndGet();
    if (now > settings.maxPending()) {
      pending.decrementAndGet();
      return false;
    }
    listener.connectionAwaited(settings.name(), now);
    return true;
  }

  void waited() {
    pending.decrementAndGet();
  }

  /** Queues a loop up, and asks another one to close an idle connection for it. */
  void queueUp(LoopPool pool) {
    turns.add(pool);
    for (LoopPool other : pools.values()) {
      if (other != pool && other.idleCount() > 0) {
        other.loop().execute(other::closeOldestIdle);
        return;
      }
    }
  }

  /** A loop needs none any more. */
  void leave(LoopPool pool) {
    turns.remove(pool);
  }

  /** Whether it is another loop's turn. */
  boolean isTurnOfOther(LoopPool pool) {
    LoopPool next = turns.peek();
    return next != null && next != pool;
  }

  /** Connections a loop may keep to itself while others wait. */
  int fairShare() {
    return Math.max(1, settings.maxConnections() / Math.max(1, pools.size()));
  }

  boolean isDraining() {
    return draining;
  }

  /** Keeps no connection beyond its exchange from now on. */
  CompletionStage<@Nullable Void> drain() {
    draining = true;
    pools.values().forEach(pool -> pool.loop().execute(pool::closeAllIdle));
    if (connections.get() == 0) {
      drained.complete(null);
    }
    return drained;
  }

  /** Ends everything at once. */
  void close() {
    drain();
    pools.values().forEach(pool -> pool.loop().execute(pool::closeAll));
  }

  PoolFigures figures() {
    int idle = 0;
    for (LoopPool pool : pools.values()) {
      idle += pool.idleCount();
    }
    return new PoolFigures(
        settings.name(), Math.max(0, connections.get() - idle), idle, pending.get());
  }
}
