package dev.bearward.app;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.RouteAccess;
import dev.bearward.access.Waiting;
import dev.bearward.admin.AdminServer;
import dev.bearward.config.GatewaySettings;
import dev.bearward.jwks.KeySets;
import dev.bearward.observe.AccessLog;
import dev.bearward.observe.Meters;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.proxy.ProxyEnvironment;
import dev.bearward.proxy.SystemNames;
import dev.bearward.revocation.LocalRevocations;
import dev.bearward.server.EventLoops;
import dev.bearward.server.Server;
import dev.bearward.token.CachedTokenVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway: everything wired, started in order, and drained in the reverse one. */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  /** What closing a part may take beyond the drain time-out itself. */
  private static final Duration MARGIN = Duration.ofSeconds(3);

  private final Deque<Runnable> closers = new ArrayDeque<>();
  private List<InetSocketAddress> addresses = List.of();
  private @Nullable InetSocketAddress adminAddress;
  private boolean closed;

  private Gateway() {}

  /**
   * Starts a gateway and returns when its listeners are open; keys may still be on their way.
   *
   * @param accessLog takes the access log
   * @throws IOException when an address cannot be listened on, an issuer's CA file not be read or
   *     the file of revocations not be used; then nothing is left running
   */
  public static Gateway start(GatewaySettings settings, OutputStream accessLog) throws IOException {
    var gateway = new Gateway();
    try {
      gateway.wire(settings, accessLog);
      return gateway;
    } catch (IOException | RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private void wire(GatewaySettings settings, OutputStream accessLog) throws IOException {
    InstantSource clock = InstantSource.system();
    Version version = Version.current();
    LOG.info("bearward {} (commit {}), {}", version.number(), version.commit(), Version.runtime());
    var meters = closing(new Meters(version.number(), version.commit()));
    var log = closing(AccessLog.open(settings.accessLog(), accessLog, clock));

    var clients = closing(new OutboundClients());
    int pending = settings.server().limits().pending();
    var scheduler = Schedulers.keys();
    closers.push(scheduler::shutdownNow);
    var keys =
        closing(
            new KeySets(
                settings.keySets(),
                clients,
                Schedulers.environment(
                    scheduler,
                    Waiting.placesEach(pending, settings.issuers().size()),
                    new KeySetListeners(List.of(new KeySetLog(), meters.keySets())))));
    meters.watchKeySets(keys::views);
    keys.start();

    var signatures = Schedulers.signatures(pending);
    closers.push(signatures::shutdownNow);
    var crypto = CryptoStart.jdk(meters, signatures);
    var opaque = new OpaqueTokens(settings, clients, meters);
    var writer = Schedulers.revocations();
    closers.push(writer::shutdownNow);
    var revocations =
        closing(LocalRevocations.open(settings.revocation(), writer, clock, new RevocationLog()));
    meters.watchRevocations(revocations);
    var decision =
        DecisionPoint.of(
            settings,
            new DecisionPoint.World(
                keys,
                crypto,
                opaque.cache(),
                opaque::beside,
                revocations,
                meters.tokens(),
                clock,
                System::nanoTime));
    CachedTokenVerifier verifier = decision.verifier();
    meters.watchTokenCache(
        () -> verifier.entries() + opaque.entries(), () -> verifier.bytes() + opaque.bytes());
    RouteAccess access = decision.access();
    IdentityNames identityNames = access.identityNames();

    var loops = EventLoops.start(Runtime.getRuntime().availableProcessors());
    closers.push(() -> Drain.await("event loops", loops.close(), MARGIN.plusSeconds(3)));
    meters.watchEventLoops(loops.all());
    var lookups = Schedulers.lookups();
    closers.push(lookups::shutdownNow);
    var tls =
        closing(
            TlsContexts.open(
                settings, new TlsListeners(List.of(new TlsLog(System::nanoTime), meters.tls()))));
    var files = Schedulers.files();
    closers.push(files::shutdownNow);
    tls.watch(files, TlsContexts.INTERVAL);
    var forwarder =
        closing(
            new PooledForwarder(
                settings.upstreams(),
                tls.upstreams(),
                new ProxyEnvironment(
                    settings.server().requestIdHeader(),
                    new SystemNames(InetAddress::getAllByName, lookups),
                    SplittableRandom::new,
                    meters.upstreams())));
    meters.watchPools(forwarder::figures);

    var view = new RunningView(settings, keys, opaque, revocations, meters);
    var admin = closing(new AdminServer(settings.admin(), view, clock));
    adminAddress = admin.start();
    var server =
        Server.start(
            settings.server(),
            loops,
            access,
            forwarder,
            identityNames::contains,
            meters.exchanges(log),
            clock,
            tls.server());
    addresses = server.addresses();
    closers.push(() -> {
      view.draining();
      Drain.await(
          "requests in flight", server.close(), settings.server().timeouts().drain().plus(MARGIN));
    });
    view.serving();
    LOG.info("event loops: {} on {}", loops.all().size(), loops.transport());
    LOG.info("limits of memory: {}", server.memoryLimits());
    if (adminAddress != null) {
      LOG.info("admin on {}", text(adminAddress));
    }
    addresses.forEach(address -> LOG.info("listening on {}", text(address)));
    CryptoStart.inBackground(crypto, meters);
  }

  private <T extends AutoCloseable> T closing(T part) {
    closers.push(() -> {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("close: {} failed", part.getClass().getSimpleName(), e);
      }
    });
    return part;
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  /** The addresses that clients connect to, in the order of the configuration. */
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** The admin port's address, or null when it is disabled. */
  public @Nullable InetSocketAddress adminAddress() {
    return adminAddress;
  }

  /** Stops accepting, lets requests in flight finish within the drain time-out, closes the rest. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    LOG.info("draining");
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
    LOG.info("stopped");
  }
}
