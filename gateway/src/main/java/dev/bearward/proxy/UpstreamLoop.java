package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as one event loop sees it: chooses the endpoint of each exchange, and keeps those
 * exchanges that wait for the first address of a name. Event loop only.
 */
final class UpstreamLoop {
  private final Upstream upstream;
  private final EventLoop loop;
  private final RequestHeadWriter heads;
  private final Balancer balancer;
  private final @Nullable RetryBudget budget;
  private final Deque<Exchange> unaddressed = new ArrayDeque<>();
  private Selection selection = Selection.NONE;
  private LoopPool[] pools = {};

  UpstreamLoop(Upstream upstream, EventLoop loop, RequestHeadWriter heads, Balancer balancer) {
    this.upstream = upstream;
    this.loop = loop;
    this.heads = heads;
    this.balancer = balancer;
    RetrySettings retry = upstream.settings().retry();
    this.budget = retry == null ? null : new RetryBudget(retry.budgetPercent());
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

  /** Finds an endpoint for an exchange, and a connection there. */
  void acquire(Exchange exchange) {
    LoopPool pool = choose(exchange);
    if (pool == null) {
      awaitAddress(exchange);
    } else {
      exchange.assigned(pool);
      pool.acquire(exchange);
    }
  }

  private @Nullable LoopPool choose(Exchange exchange) {
    Selection now = upstream.selection();
    if (now != selection) {
      selection = now;
      pools =
          now.endpoints().stream().map(endpoint -> endpoint.pool(loop)).toArray(LoopPool[]::new);
    }
    if (pools.length > 1) {
      return chooseOf(now.endpoints(), exchange.attempts());
    }
    return pools.length == 0 ? null : pools[0];
  }

  private LoopPool chooseOf(List<Endpoint> all, @Nullable Attempts attempts) {
    if (attempts == null) {
      return pools[balancer.choose(all)];
    }
    List<Endpoint> preferred = attempts.preferred(all);
    int index = preferred.size() == 1 ? 0 : balancer.choose(preferred);
    return preferred.get(index).pool(loop);
  }

  /** The endpoints to choose from. */
  List<Endpoint> endpoints() {
    return upstream.selection().endpoints();
  }

  /** A request is made for the first time. */
  void requested(long now) {
    if (budget != null) {
      budget.requested(now);
    }
  }

  /** Takes the right to a retry, if there is one. */
  boolean takeRetry() {
    boolean allowed = budget != null && budget.take(loop.ticker().nanoTime());
    upstream.endpointListener().retried(settings().name(), allowed);
    return allowed;
  }

  private void awaitAddress(Exchange exchange) {
    if (unaddressed.size() >= settings().maxPending()) {
      exchange.unconnected(Reason.OVERLOADED);
      return;
    }
    unaddressed.add(exchange);
    long nanos = settings().connectTimeout().toNanos();
    exchange.awaitsConnection(
        loop.schedule(() -> waitedTooLong(exchange), nanos, TimeUnit.NANOSECONDS));
    upstream.lookUp(loop);
  }

  private void waitedTooLong(Exchange exchange) {
    if (unaddressed.remove(exchange)) {
      exchange.unconnected(Reason.UPSTREAM_TIMEOUT);
    }
  }

  /** An exchange that waits for an address wants nothing any more. */
  void abandon(Exchange exchange) {
    unaddressed.remove(exchange);
  }

  /** A look-up ended, well or not. */
  void lookedUp() {
    if (!upstream.selection().endpoints().isEmpty()) {
      for (Exchange next = unaddressed.poll(); next != null; next = unaddressed.poll()) {
        next.moves();
        acquire(next);
      }
    } else if (!upstream.isLookingUp()) {
      close();
    }
  }

  /** Nothing can be had for those that wait. */
  void close() {
    for (Exchange next = unaddressed.poll(); next != null; next = unaddressed.poll()) {
      next.unconnected(Reason.UPSTREAM_UNAVAILABLE);
    }
  }
}
