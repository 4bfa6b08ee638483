package dev.bearward.server;

import dev.bearward.http.Peer;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** What all connections share: the rooms behind the server, the limits and their counters. */
final class ServerContext {
  private final MemoryLimits memory;
  private final ExchangeListener listener;
  private final InstantSource clock;
  private final AsciiString requestIdField;
  private final boolean http2;
  private final AtomicInteger connections = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final InternalErrors errors = new InternalErrors(System::nanoTime);
  private volatile Service service;
  private volatile boolean draining;

  ServerContext(
      Service service, MemoryLimits memory, ExchangeListener listener, InstantSource clock) {
    this.service = service;
    this.memory = memory;
    this.listener = listener;
    this.clock = clock;
    this.http2 = service.settings().http2();
    this.requestIdField = AsciiString.of(service.settings().requestIdHeader());
  }

  /** What the requests from now on get; read once for each. */
  Service service() {
    return service;
  }

  /** Changes it for the requests to come. */
  void use(Service next) {
    service = next;
  }

  ServerSettings.Limits limits() {
    return service.settings().limits();
  }

  /** Whether HTTP/2 is spoken: as at the start, when the handshake's offers were made. */
  boolean http2() {
    return http2;
  }

  ServerSettings.Timeouts timeouts() {
    return service.settings().timeouts();
  }

  /** Whether a connection of that peer has to begin with a PROXY header. */
  boolean expectsProxyHeader(Peer peer) {
    ServerSettings settings = service.settings();
    return settings.proxyProtocol() && HopReader.trusts(settings.trustedProxies(), peer.address());
  }

  ExchangeListener listener() {
    return listener;
  }

  /** The time, as those see it who verify tokens. */
  InstantSource clock() {
    return clock;
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
    return Math.min(limits().connections(), memory.connections());
  }

  /** What memory allows, in words. */
  String memoryLimits() {
    return "request heads %d KiB, waiting requests %d KiB, untaken responses %d KiB, connections %d"
        .formatted(
            memory.heads() / 1024,
            memory.waiting() / 1024,
            memory.responses() / 1024,
            mostConnections());
  }

  void connectionGone() {
    if (connections.decrementAndGet() == 0 && draining) {
      drained.complete(null);
    }
  }

  int connections() {
    return connections.get();
  }

  /** Memory that requests which wait for a decision may take, in bytes. */
  long mostWaiting() {
    return memory.waiting();
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
