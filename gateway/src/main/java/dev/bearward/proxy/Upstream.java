package dev.bearward.proxy;

import dev.bearward.tls.ClientTls;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One upstream as all event loops share it: its endpoints, one for each address that its
 * configuration stands for at the moment. Safe for use by several threads.
 */
final class Upstream {
  private final UpstreamSettings settings;
  private final @Nullable ClientTls tls;
  private final ProxyEnvironment environment;
  private final RequestFields fields;
  private final Legacy legacy;
  private final List<Resolution> resolutions;
  private final Map<EventLoop, UpstreamLoop> loops = new ConcurrentHashMap<>();

  /** Endpoints whose address is none of the upstream's any more, but that have connections. */
  private final Set<Endpoint> leaving = new HashSet<>();

  private volatile Selection selection = Selection.NONE;
  private List<Endpoint> endpoints = List.of();
  private @Nullable EventLoop housekeeper;
  private boolean draining;

  /**
   * Nothing is looked up or checked before {@link #start}.
   *
   * @param before the upstream of that name under the configuration before, or null
   */
  Upstream(
      UpstreamSettings settings,
      @Nullable ClientTls tls,
      RequestFields fields,
      ProxyEnvironment environment,
      @Nullable Upstream before) {
    this.settings = settings;
    this.legacy = before == null ? Legacy.NONE : Legacy.of(before, settings, tls);
    this.tls = tls;
    this.fields = fields;
    this.environment = environment;
    this.resolutions =
        settings.endpoints().stream()
            .map(endpoint ->
                new Resolution(
                    endpoint, environment.names(), legacy.addresses(endpoint), this::lookedUp))
            .toList();
    renew();
  }

  UpstreamSettings settings() {
    return settings;
  }

  /** TLS of its connections, or null for none. */
  @Nullable ClientTls tls() {
    return tls;
  }

  ProxyListener listener() {
    return environment.listener();
  }

  EndpointListener endpointListener() {
    return environment.endpoints();
  }

  /**
   * Looks names up and begins the checks, on that loop, before the first request needs them; once.
   */
  void start(EventLoop loop) {
    synchronized (this) {
      if (housekeeper != null) {
        return;
      }
      housekeeper = loop;
      endpoints.forEach(this::keep);
    }
    resolutions.forEach(resolution -> resolution.lookUp(loop));
  }

  /** Begins to look after an endpoint. */
  private void keep(Endpoint endpoint) {
    EventLoop loop = housekeeper;
    if (loop != null && !draining) {
      endpoint.startChecks(loop, environment.randoms().get());
      if (endpoint.standing().isEjected()) {
        long left = endpoint.standing().ejectedUntil() - loop.ticker().nanoTime();
        var _ = loop.schedule(() -> readmit(endpoint), left, TimeUnit.NANOSECONDS);
      }
    }
  }

  /** The part of that event loop. */
  UpstreamLoop on(EventLoop loop) {
    UpstreamLoop part = loops.get(loop);
    return part != null ? part : loops.computeIfAbsent(loop, this::newPart);
  }

  private UpstreamLoop newPart(EventLoop loop) {
    return new UpstreamLoop(
        this,
        loop,
        new RequestHeadWriter(fields, environment.requestIdHeader()),
        Balancer.of(settings.balance(), environment.randoms().get()));
  }

  Selection selection() {
    return selection;
  }

  /** Looks up the names of which nothing is known. */
  void lookUp(EventLoop loop) {
    resolutions.forEach(resolution -> resolution.lookUpIfUnknown(loop));
  }

  boolean isLookingUp() {
    return resolutions.stream().anyMatch(Resolution::isLookingUp);
  }

  private void lookedUp() {
    renew();
    loops.values().forEach(part -> part.loop().execute(part::lookedUp));
  }

  /** Takes over the addresses that are known now. */
  private synchronized void renew() {
    var next = new ArrayList<Endpoint>();
    for (Resolution resolution : resolutions) {
      for (SocketAddress address : resolution.known()) {
        next.add(kept(resolution.of(), address));
      }
    }
    if (next.equals(endpoints)) {
      return;
    }
    List<Endpoint> gone = endpoints.stream().filter(old -> !next.contains(old)).toList();
    List<Endpoint> known = endpoints;
    boolean moved = !known.isEmpty();
    endpoints = List.copyOf(next);
    select();
    next.stream().filter(one -> !known.contains(one)).forEach(this::keep);
    gone.forEach(this::retire);
    if (moved) {
      List<String> all = next.stream().map(Endpoint::text).toList();
      environment.endpoints().moved(settings.name(), all);
    }
    if (draining) {
      next.forEach(Endpoint::drain);
    }
  }

  /** Only endpoints that are well are chosen; but if none is, a doubtful answer beats none. */
  private void select() {
    List<Endpoint> good = endpoints.stream().filter(one -> one.standing().isGood()).toList();
    selection = new Selection(good.isEmpty() ? endpoints : good);
  }

  /** Leaves an endpoint out for a while, unless half of them are already. */
  void eject(Endpoint endpoint, Duration time, String why, EventLoop loop) {
    synchronized (this) {
      long out = endpoints.stream().filter(one -> one.standing().isEjected()).count();
      if (2 * (out + 1) > endpoints.size() || endpoint.standing().isEjected()) {
        return;
      }
      endpoint.standing().eject(loop.ticker().nanoTime() + time.toNanos());
      select();
    }
    environment.endpoints().ejected(settings.name(), endpoint.text(), time, why);
    var _ = loop.schedule(() -> readmit(endpoint), time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void readmit(Endpoint endpoint) {
    synchronized (this) {
      endpoint.standing().readmit();
      select();
    }
    environment.endpoints().returned(settings.name(), endpoint.text());
  }

  /** Checks turned an endpoint; with a fault it is unhealthy from now on. */
  void turned(Endpoint endpoint, @Nullable String fault) {
    synchronized (this) {
      select();
    }
    environment.endpoints().turned(settings.name(), endpoint.text(), fault);
  }

  private Endpoint kept(EndpointAddress of, SocketAddress address) {
    for (Endpoint known : endpoints) {
      if (known.of().equals(of) && known.address().equals(address)) {
        return known;
      }
    }
    var made = new Endpoint(this, of, address);
    legacy.passTo(made);
    return made;
  }

  private void retire(Endpoint endpoint) {
    leaving.add(endpoint);
    endpoint.retire().thenRun(() -> left(endpoint));
  }

  private synchronized void left(Endpoint endpoint) {
    leaving.remove(endpoint);
  }

  private synchronized List<Endpoint> all() {
    var all = new ArrayList<>(endpoints);
    all.addAll(leaving);
    return all;
  }

  /** Keeps no connection beyond its exchange from now on. */
  CompletionStage<@Nullable Void> drain() {
    synchronized (this) {
      draining = true;
    }
    resolutions.forEach(Resolution::stop);
    return CompletableFuture.allOf(
        all().stream()
            .map(endpoint -> endpoint.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Ends everything at once. */
  void close() {
    drain();
    all().forEach(Endpoint::close);
    loops.values().forEach(part -> part.loop().execute(part::close));
  }

  /** The endpoints in use. */
  synchronized List<Endpoint> endpoints() {
    return endpoints;
  }

  /** How its endpoints stand. */
  List<EndpointView> views(long now) {
    return endpoints().stream().map(endpoint -> endpoint.view(now)).toList();
  }

  /** The figures of all endpoints together. */
  PoolFigures figures() {
    return all().stream()
        .map(Endpoint::figures)
        .reduce(new PoolFigures(settings.name(), 0, 0, 0), PoolFigures::plus);
  }
}
