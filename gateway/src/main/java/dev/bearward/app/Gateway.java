package dev.bearward.app;

import dev.bearward.access.Waiting;
import dev.bearward.admin.AdminServer;
import dev.bearward.cluster.Cluster;
import dev.bearward.cluster.ClusterSettings;
import dev.bearward.config.GatewaySettings;
import dev.bearward.config.WatchedConfiguration;
import dev.bearward.observe.AccessLog;
import dev.bearward.observe.Meters;
import dev.bearward.outbound.OutboundClients;
import dev.bearward.proxy.DnsNames;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.proxy.ProxyEnvironment;
import dev.bearward.proxy.SystemNames;
import dev.bearward.revocation.LocalRevocations;
import dev.bearward.server.EventLoops;
import dev.bearward.server.Server;
import dev.bearward.server.Service;
import dev.bearward.token.Revocations;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledExecutorService;
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
  private final Version version = Version.current();
  private final Meters meters = closing(new Meters(version.number(), version.commit()));
  private final ScheduledExecutorService files = Schedulers.files();
  private Reloader.@Nullable Change change;
  private @Nullable Reloader reloader;

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
    LOG.info("bearward {} (commit {}), {}", version.number(), version.commit(), Version.runtime());
    var log = closing(AccessLog.open(settings.accessLog(), accessLog, clock));

    var loops = EventLoops.start(Runtime.getRuntime().availableProcessors());
    closers.push(() -> Drain.await("event loops", loops.close(), MARGIN.plusSeconds(3)));
    closers.push(files::shutdownNow);
    var base = base(settings, clock);
    base.forwarder().start(loops.all().getFirst());
    var generations = closing(new Generations(settings, base));
    watch(generations, base, loops);

    var view = new RunningView(generations, base, meters);
    var admin = closing(new AdminServer(settings.admin(), view, clock));
    adminAddress = admin.start();
    Service service = generations.current().service();
    var server =
        Server.start(
            settings.server(),
            loops,
            service.gate(),
            service.forwarder(),
            service.gatewayOnly(),
            meters.exchanges(log),
            clock,
            base.tls().server());
    addresses = server.addresses();
    closers.push(() -> {
      view.draining();
      Duration drain = generations.current().settings().server().timeouts().drain();
      Drain.await("requests in flight", server.close(), drain.plus(MARGIN));
    });
    change =
        next -> {
          Generation changed = generations.change(next, server::use);
          log.use(next.accessLog());
          LOG.info("configuration reloaded, generation {}", changed.number());
          return RestartOnly.changed(settings, next);
        };
    view.serving();
    LOG.info("event loops: {} on {}", loops.all().size(), loops.transport());
    LOG.info("limits of memory: {}", server.memoryLimits());
    if (adminAddress != null) {
      LOG.info("admin on {}", text(adminAddress));
    }
    addresses.forEach(address -> LOG.info("listening on {}", text(address)));
    settings.server().listen().stream()
        .filter(UnixDomainSocketAddress.class::isInstance)
        .forEach(address -> LOG.info("listening on unix:{}", address));
    CryptoStart.inBackground(base.crypto(), meters);
  }

  /** What lives as long as the process. */
  private Base base(GatewaySettings settings, InstantSource clock) throws IOException {
    int pending = settings.server().limits().pending();
    var clients = closing(new OutboundClients());
    var scheduler = Schedulers.keys();
    closers.push(scheduler::shutdownNow);
    var keys =
        Schedulers.environment(
            scheduler,
            Waiting.placesEach(pending, settings.issuers().size()),
            new KeySetListeners(List.of(new KeySetLog(), meters.keySets())));
    var signatures = Schedulers.signatures(pending);
    closers.push(signatures::shutdownNow);
    var crypto = CryptoStart.jdk(meters, signatures);
    var writer = Schedulers.revocations();
    closers.push(writer::shutdownNow);
    var own =
        closing(LocalRevocations.open(settings.revocation(), writer, clock, new RevocationLog()));
    Cluster cluster = cluster(settings, own, clock);
    Revocations revocations = cluster == null ? own : cluster.revocations();
    Sharing sharing = cluster == null ? Sharing.NONE : Sharing.of(cluster);
    var lookups = Schedulers.lookups();
    closers.push(lookups::shutdownNow);
    var listener = new TlsListeners(List.of(new TlsLog(System::nanoTime), meters.tls()));
    var tls = closing(new TlsContexts(settings.tls(), settings.server().http2(), listener, files));
    var forwarder =
        new PooledForwarder(
            List.of(),
            Map.of(),
            new ProxyEnvironment(
                settings.server().requestIdHeader(),
                new DnsNames(new SystemNames(InetAddress::getAllByName, lookups)),
                SplittableRandom::new,
                meters.upstreams(),
                new EndpointListeners(
                    List.of(new UpstreamLog(System::nanoTime), meters.endpoints()))));
    return new Base(meters, clock, clients, keys, crypto, revocations, sharing, tls, forwarder);
  }

  /** What is shared with other instances, whose revocations are known when this returns. */
  private @Nullable Cluster cluster(
      GatewaySettings settings, Revocations own, InstantSource clock) {
    ClusterSettings shared = settings.cluster();
    if (shared == null) {
      return null;
    }
    var scheduler = Schedulers.cluster();
    closers.push(scheduler::shutdownNow);
    int pending = settings.server().limits().pending();
    int mostAsked = Math.max(1, Waiting.placesEach(pending, settings.issuers().size()) / 2);
    var listener =
        new ClusterListeners(
            List.of(new ClusterLog(shared.whenUnavailable(), System::nanoTime), meters.cluster()));
    var cluster =
        closing(
            Cluster.of(
                shared,
                own,
                new Cluster.Environment(scheduler, mostAsked, clock, System::nanoTime, listener)));
    var _ = cluster.start(MARGIN);
    return cluster;
  }

  private void watch(Generations generations, Base base, EventLoops loops) {
    meters.watchEventLoops(loops.all());
    meters.watchRevocations(base.revocations());
    meters.watchKeySets(() -> generations.current().keys().views());
    meters.watchIntrospection(() -> generations.current().opaque().views());
    meters.watchTokenCache(
        () -> generations.current().tokens(), () -> generations.current().tokenBytes());
    meters.watchPools(() -> generations.current().forwarder().figures());
    meters.watchEndpoints(() -> generations.current().forwarder().endpoints());
  }

  /**
   * Follows the file that the settings came from: it is read again when it, or a file that it
   * names, changes.
   *
   * @param configuration read for the settings of the start
   */
  public void follow(WatchedConfiguration configuration) {
    follow(configuration, Reloader.INTERVAL);
  }

  /** The same, with another time between looks. */
  synchronized void follow(WatchedConfiguration configuration, Duration interval) {
    reloader = new Reloader(configuration, Objects.requireNonNull(change), meters.configuration());
    reloader.watch(files, interval);
  }

  /** Reads the configuration again, changed or not; returns at once. */
  public synchronized void reload() {
    if (reloader == null) {
      LOG.warn("nothing to reload (expected: -c FILE)");
    } else {
      reloader.demand(files);
    }
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
    files.shutdown(); // No reload comes in between.
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
    LOG.info("stopped");
  }
}
