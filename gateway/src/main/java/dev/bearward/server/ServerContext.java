package dev.bearward.server;

import dev.bearward.access.AccessGate;
import dev.bearward.http.Peer;
import dev.bearward.proxy.Forwarder;
import io.netty.util.AsciiString;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What all connections share: the rooms behind the server, the limits and their counters. */
final class ServerContext {
  private final ServerSettings settings;
  private final MemoryLimits memory;
  private final AccessGate gate;
  private final Forwarder forwarder;
  private final Predicate<CharSequence> gatewayOnly;
  private final ExchangeListener listener;
  private final AsciiString requestIdField;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final InternalErrors errors = new InternalErrors(System::nanoTime);
  private volatile boolean draining;

  ServerContext(
      ServerSettings settings,
      MemoryLimits memory,
      AccessGate gate,
      Forwarder forwarder,
      Predicate<CharSequence> gatewayOnly,
      ExchangeListener listener) {
    this.settings = settings;
    this.memory = memory;
    this.gate = gate;
    this.forwarder = forwarder;
    this.gatewayOnly = gatewayOnly;
    this.listener = listener;
    this.requestIdField = AsciiString.of(settings.requestIdHeader());
  }

  ServerSettings.Limits limits() {
    return settings.limits();
  }

  /** What reads whom a peer speaks for, or null when nobody trusts it to speak for others. */
  @Nullable HopReader hopReader(Peer peer) {
    boolean trusted = HopReader.trusts(settings.trustedProxies(), peer.address());
    return trusted ? new HopReader(settings.trustedProxies(), peer) : null;
  }

  ServerSettings.Timeouts timeouts() {
    return settings.timeouts();
  }

  AccessGate gate() {
    return gate;
  }

  Forwarder forwarder() {
    return forwarder;
  }

  Predicate<CharSequence> gatewayOnly() {
    return gatewayOnly;
  }

  ExchangeListener listener() {
    return listener;
  }

  /** Where bugs are told. */
  InternalErrors errors() {
    return errors;
  }

  AsciiString requestIdField() {
    return requestIdField;
  }

  /** Takes a place for a connection, unless all are taken. */
  boolean admitConnection() {
    return take(connections, mostConnections());
  }

  /** Open connections that are allowed: as configured, or fewer where memory is short. */
  int mostConnections() {
    return Math.min(settings.limits().connections(), memory.connections());
  }

  /** What memory allows, in words. */
  String memoryLimits() {
    return "request heads %d KiB, waiting requests %d KiB, connections %d"
        .formatted(memory.heads() / 1024, memory.waiting() / 1024, mostConnections());
  }

  void connectionGone() {
    if (connections.decrementAndGet() == 0 && draining) {
      drained.complete(null);
    }
  }

  int connections() {
    return connections.get();
  }

  /**
   * Takes a place among the requests that wait for a decision, unless all are taken or their memory
   * is.
   */
  boolean admitPending(long bytes) {
    if (!take(pending, settings.limits().pending())) {
      return false;
    }
    if (pendingBytes.addAndGet(bytes) > memory.waiting()) {
      pendingOver(bytes);
      return false;
    }
    return true;
  }

  void pendingOver(long bytes) {
    pendingBytes.addAndGet(-bytes);
    pending.decrementAndGet();
  }

  private static boolean take(AtomicInteger taken, int most) {
    if (taken.incrementAndGet() <= most) {
      return true;
    }
    taken.decrementAndGet();
    return false;
  }

  /** Whether the server is shutting down: no response keeps its connection any more. */
  boolean draining() {
    return draining;
  }

  void drain() {
    draining = true;
    if (connections() == 0) {
      drained.complete(null);
    }
  }

  /** Complete once the server shuts down and no connection is left. */
  CompletionStage<Void> drained() {
    return drained;
  }
}
