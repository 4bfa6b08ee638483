package dev.bearward.proxy;

import dev.bearward.tls.ClientTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One address of an upstream as all event loops share it: the number of its connections, the number
 * of exchanges that wait for one, and whose turn is next. Safe for use by several threads.
 *
 * <p>Connections never change their event loop, so a loop that needs one while others have them all
 * cannot take it. It queues up here instead and asks a loop with an idle connection to close it.
 * Whenever a connection is gone, the loop at the head of the queue may open a new one.
 */
final class Endpoint {
  private final Upstream upstream;
  private final EndpointAddress of;
  private final SocketAddress address;
  private final Map<EventLoop, LoopPool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final Queue<LoopPool> turns = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private volatile boolean draining;
  private volatile boolean doubtful;
  private final Standing standing = new Standing();
  private @Nullable HealthCheck check;

  /** Exchanges that share a connection with another one. */
  private final AtomicInteger sharing = new AtomicInteger();

  private volatile boolean multiplexes;

  /**
   * @param of the endpoint of the configuration whose address it is
   */
  Endpoint(Upstream upstream, EndpointAddress of, SocketAddress address) {
    this.upstream = upstream;
    this.of = of;
    this.address = address;
    this.multiplexes = upstream.settings().mayShare();
  }

  /** Whether a new connection is expected to carry several exchanges at a time. */
  boolean multiplexes() {
    return multiplexes;
  }

  /** What the last connection turned out to be. */
  void multiplexes(boolean now) {
    if (multiplexes != now) {
      multiplexes = now;
    }
  }

  /** One more exchange shares a connection. */
  void shared() {
    sharing.incrementAndGet();
  }

  /** One fewer does. */
  void unshared() {
    sharing.decrementAndGet();
  }

  UpstreamSettings settings() {
    return upstream.settings();
  }

  Upstream upstream() {
    return upstream;
  }

  /** The endpoint of the configuration. */
  EndpointAddress of() {
    return of;
  }

  SocketAddress address() {
    return address;
  }

  /** As people read the address. */
  String text() {
    return switch (address) {
      case InetSocketAddress tcp -> NetUtil.toSocketAddressString(tcp);
      case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
      default -> address.toString();
    };
  }

  /** What a request of the gateway's own says in Host. */
  String hostField() {
    return of instanceof EndpointAddress.Tcp ? of.text() : "localhost";
  }

  Standing standing() {
    return standing;
  }

  /** It began a response. */
  void succeeded() {
    standing.succeeded();
  }

  /** It failed an exchange, on that loop. */
  void failed(String why, EventLoop loop) {
    int inARow = standing.failed(why);
    OutlierSettings outlier = settings().outlier();
    if (outlier != null && inARow >= outlier.consecutiveFailures() && !standing.isEjected()) {
      upstream.eject(this, outlier.ejectFor(), why, loop);
    }
  }

  /** Begins the checks that are configured. */
  void startChecks(EventLoop loop, RandomGenerator random) {
    HealthSettings health = settings().health();
    if (health != null && check == null) {
      check = new HealthCheck(this, health, loop, random);
      check.start();
    }
  }

  /** A check ended; {@code turns} says whether its outcome changed anything. */
  void checked(boolean healthy, @Nullable String fault, boolean turns) {
    standing.checked(healthy, fault);
    if (turns) {
      upstream.turned(this, healthy ? null : fault);
    }
  }

  /**
   * The first handler of an encrypted connection, or null when none is.
   *
   * @param offers whether the endpoint may choose a protocol
   */
  @Nullable SslHandler newTls(ByteBufAllocator allocator, boolean offers) {
    ClientTls tls = upstream.tls();
    return tls != null && of instanceof EndpointAddress.Tcp(String host, int port)
        ? tls.newHandler(allocator, offers, host, port)
        : null;
  }

  /** The other side did not agree to TLS. */
  void refusedTls(Throwable cause) {
    ClientTls tls = upstream.tls();
    if (tls != null) {
      tls.refused(of.text(), cause);
    }
  }

  /** The part of that event loop. */
  LoopPool pool(EventLoop loop) {
    LoopPool pool = pools.get(loop);
    return pool != null ? pool : pools.computeIfAbsent(loop, this::newPool);
  }

  private LoopPool newPool(EventLoop loop) {
    return new LoopPool(this, upstream.on(loop));
  }

  /** Takes the right to one more connection, if there is one; {@link #closed} gives it back. */
  boolean tryOpen() {
    int now = connections.get();
    while (now < settings().maxConnections()) {
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
    if (connections.get() < settings().maxConnections()) {
      LoopPool next = turns.poll();
      if (next != null) {
        next.loop().execute(next::turn);
      }
    }
  }

  /** Takes a place among those that wait, if there is one; {@link #waited} gives it back. */
  boolean tryWait() {
    int now = pending.incrementAndGet();
    if (now > settings().maxPending()) {
      pending.decrementAndGet();
      return false;
    }
    upstream.listener().connectionAwaited(settings().name(), now);
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
    return Math.max(1, settings().maxConnections() / Math.max(1, pools.size()));
  }

  /** There was no socket to connect with. */
  void noSocket(String why) {
    upstream.endpointListener().noSocket(settings().name(), why);
  }

  /** Whether the last attempt to connect failed. */
  boolean isDoubtful() {
    return doubtful;
  }

  /** What came of an attempt to connect. */
  void connected(boolean successfully) {
    if (doubtful == successfully) {
      doubtful = !successfully;
    }
  }

  boolean isDraining() {
    return draining;
  }

  /** Keeps no connection beyond its exchange from now on. */
  CompletionStage<@Nullable Void> drain() {
    draining = true;
    if (check != null) {
      check.stop();
    }
    pools.values().forEach(pool -> pool.loop().execute(pool::closeAllIdle));
    if (connections.get() == 0) {
      drained.complete(null);
    }
    return drained;
  }

  /** The address is no longer one of the upstream's: what waits goes elsewhere. */
  CompletionStage<@Nullable Void> retire() {
    CompletionStage<@Nullable Void> end = drain();
    pools.values().forEach(pool -> pool.loop().execute(pool::sendAway));
    return end;
  }

  /** Ends everything at once. */
  void close() {
    drain();
    pools.values().forEach(pool -> pool.loop().execute(pool::closeAll));
  }

  /** Exchanges under way: connections in use or being made, and what waits for one. */
  int load() {
    return active() + sharing.get() + pending.get();
  }

  private int active() {
    return Math.max(0, connections.get() - idle());
  }

  private int idle() {
    int idle = 0;
    for (LoopPool pool : pools.values()) {
      idle += pool.idleCount();
    }
    return idle;
  }

  /** How it stands; {@code now} is the ticker's time. */
  EndpointView view(long now) {
    long left = standing.ejectedUntil() - now;
    return new EndpointView(
        settings().name(),
        text(),
        of.text(),
        standing.isUnhealthy(),
        standing.isEjected() ? Duration.ofNanos(Math.max(0, left)) : null,
        figures(),
        standing.lastError());
  }

  PoolFigures figures() {
    return new PoolFigures(settings().name(), active(), idle(), pending.get());
  }
}
