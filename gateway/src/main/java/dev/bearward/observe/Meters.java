package dev.bearward.observe;

import dev.bearward.cluster.ClusterListener;
import dev.bearward.introspect.IntrospectionListener;
import dev.bearward.introspect.IntrospectionView;
import dev.bearward.jwks.KeySetListener;
import dev.bearward.jwks.KeySetView;
import dev.bearward.proxy.EndpointListener;
import dev.bearward.proxy.EndpointView;
import dev.bearward.proxy.PoolFigures;
import dev.bearward.proxy.ProxyListener;
import dev.bearward.server.ExchangeListener;
import dev.bearward.tls.TlsListener;
import dev.bearward.token.Revocation;
import dev.bearward.token.Revocations;
import dev.bearward.token.TokenListener;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All meters of one gateway. Hand its listeners to the rooms and let it watch what is to be read at
 * each scrape; the numbers come out of {@link #scrape}.
 */
public final class Meters implements AutoCloseable {
  private final Registry registry = new Registry();
  private final ExchangeMeters exchanges = new ExchangeMeters(registry);
  private final UpstreamMeters upstreams = new UpstreamMeters(registry);
  private final EndpointMeters endpoints = new EndpointMeters(registry);
  private final TokenMeters tokens = new TokenMeters(registry);
  private final IntrospectionMeters introspection = new IntrospectionMeters(registry);
  private final KeySetMeters keySets;
  private final TlsMeters tls = new TlsMeters(registry);
  private final ConfigMeters configuration = new ConfigMeters(registry);
  private final AtomicReference<@Nullable String> cryptoProvider = new AtomicReference<>();
  private final MultiGauge cryptoRow = registry.rows(Metric.CRYPTO_PROVIDER);
  private final List<Runnable> beforeScrape = new ArrayList<>();
  private @Nullable EventLoopLag lag;
  private boolean jvmBound;

  /**
   * @param version of this build
   * @param commit it was built from
   */
  public Meters(String version, String commit) {
    this(version, commit, InstantSource.system());
  }

  Meters(String version, String commit, InstantSource clock) {
    this.keySets = new KeySetMeters(registry, clock);
    String java = Runtime.version().toString();
    registry.gauge(Metric.BUILD, () -> 1, version, commit, java);
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
      ByteBufAllocatorMetric buffers = provider.metric();
      registry.gauge(Metric.BUFFER_MEMORY, buffers::usedHeapMemory, "heap");
      registry.gauge(Metric.BUFFER_MEMORY, buffers::usedDirectMemory, "direct");
    }
  }

  /** Meters of connections, requests and refusals. */
  public ExchangeListener exchanges() {
    return exchanges;
  }

  /** The same, and the access log, whose drops are counted too; called once. */
  public ExchangeListener exchanges(AccessLog log) {
    registry.counter(Metric.ACCESS_LOG_DROPPED, log::dropped);
    return new FanOut(exchanges, log);
  }

  /** Meters of upstream connections and responses. */
  public ProxyListener upstreams() {
    return upstreams;
  }

  /** Meters of the endpoints of upstreams. */
  public EndpointListener endpoints() {
    return endpoints;
  }

  /** Reads how the endpoints stand at each scrape. */
  public synchronized void watchEndpoints(Supplier<List<EndpointView>> views) {
    beforeScrape.add(() -> endpoints.show(views.get()));
  }

  /** Reads the figures of the pools at each scrape. */
  public synchronized void watchPools(Supplier<List<PoolFigures>> pools) {
    beforeScrape.add(() -> upstreams.show(pools.get()));
  }

  /** Meters of TLS. */
  public TlsListener tls() {
    return tls;
  }

  /** Meters of what instances share; called once, where they do. */
  public ClusterListener cluster() {
    return new ClusterMeters(registry);
  }

  /** Meters of key-set fetches. */
  public KeySetListener keySets() {
    return keySets;
  }

  /** Reads how the key sets stand at each scrape. */
  public synchronized void watchKeySets(Supplier<List<KeySetView>> sets) {
    beforeScrape.add(() -> keySets.show(sets.get()));
  }

  /** Meters of introspection calls. */
  public IntrospectionListener introspection() {
    return introspection;
  }

  /** Reads how introspection stands at each scrape. */
  public synchronized void watchIntrospection(Supplier<List<IntrospectionView>> views) {
    beforeScrape.add(() -> introspection.show(views.get()));
  }

  /** Meters of token verification. */
  public TokenListener tokens() {
    return tokens;
  }

  /** Reads the size of the cache of verified tokens at each scrape; called once. */
  public void watchTokenCache(LongSupplier entries, LongSupplier bytes) {
    registry.gauge(Metric.TOKEN_CACHE_ENTRIES, entries::getAsLong);
    registry.gauge(Metric.TOKEN_CACHE, bytes::getAsLong);
  }

  /** Meters of the configuration. */
  public ConfigMeters configuration() {
    return configuration;
  }

  /** Counts the revocations in force at each scrape; called once. */
  public synchronized void watchRevocations(Revocations revocations) {
    MultiGauge rows = registry.rows(Metric.REVOCATIONS);
    beforeScrape.add(() -> rows.register(revocationRows(revocations.all()), true));
  }

  private static List<MultiGauge.Row<?>> revocationRows(List<Revocation> all) {
    var rows = new ArrayList<MultiGauge.Row<?>>();
    for (Revocation.By by : Revocation.By.values()) {
      double count = all.stream().mapToInt(revocation -> revocation.by() == by ? 1 : 0).sum();
      rows.add(Registry.row(Metric.REVOCATIONS, count, by.claim()));
    }
    return rows;
  }

  /** Begins to measure the lag of event loops; called once. Close before the loops. */
  public synchronized void watchEventLoops(Iterable<? extends EventExecutor> loops) {
    Timer timer = registry.timer(Metric.EVENT_LOOP_LAG, Buckets.LAG);
    var probes = new EventLoopLag(loops, timer, System::nanoTime);
    registry.gauge(Metric.EVENT_LOOP_STALLED, probes::stalledSeconds);
    lag = probes;
  }

  /** Says which provider verifies signatures from now on. */
  public void cryptoProvider(String name) {
    cryptoProvider.set(name);
  }

  /**
   * All meters as text.
   *
   * @param accept value of the scraper's Accept field, or null
   */
  public synchronized Exposition scrape(@Nullable String accept) {
    if (!jvmBound) {
      // Not at the start: the management beans take some tens of milliseconds to come up.
      jvmBound = true;
      JvmMeters.bind(registry.meters());
    }
    beforeScrape.forEach(Runnable::run);
    String provider = cryptoProvider.get();
    if (provider != null) {
      cryptoRow.register(List.of(Registry.row(Metric.CRYPTO_PROVIDER, 1, provider)), true);
    }
    return registry.expose(accept);
  }

  /** Stops measuring event loops. */
  @Override
  public synchronized void close() {
    if (lag != null) {
      lag.close();
    }
  }
}
