package dev.bearward.proxy;

import dev.bearward.access.Permit;
import dev.bearward.http.RequestHead;
import dev.bearward.http.WebSocketHandshake;
import dev.bearward.tls.ClientTls;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Forwards over HTTP/1.1, on connections that are kept per event loop and upstream. One instance
 * serves one configuration; a reload makes a new one and drains the old.
 */
public final class PooledForwarder implements Forwarder, AutoCloseable {
  private final Map<String, Upstream> upstreams;
  private final ProxyEnvironment environment;
  private final RequestFields fields;
  private volatile @Nullable EventLoop housekeeper;

  /**
   * Makes no connection and looks no name up yet.
   *
   * @param upstreams all that routes may name
   * @param tls of those that have it, by name
   */
  public PooledForwarder(
      Collection<UpstreamSettings> upstreams,
      Map<String, ClientTls> tls,
      ProxyEnvironment environment) {
    this.environment = environment;
    this.fields = new RequestFields(environment.requestIdHeader());
    this.upstreams = upstreams(upstreams, tls, Map.of());
  }

  private PooledForwarder(
      PooledForwarder before, Collection<UpstreamSettings> upstreams, Map<String, ClientTls> tls) {
    this.environment = before.environment;
    this.fields = before.fields;
    this.housekeeper = before.housekeeper;
    this.upstreams = upstreams(upstreams, tls, before.upstreams);
  }

  private Map<String, Upstream> upstreams(
      Collection<UpstreamSettings> settings,
      Map<String, ClientTls> tls,
      Map<String, Upstream> before) {
    return settings.stream()
        .map(its -> {
          Upstream known = before.get(its.name());
          ClientTls itsTls = tls.get(its.name());
          return known != null && known.settings().equals(its) && known.tls() == itsTls
              ? known
              : new Upstream(its, itsTls, fields, environment, known);
        })
        .collect(
            Collectors.toUnmodifiableMap(
                upstream -> upstream.settings().name(), Function.identity()));
  }

  /**
   * The forwarder of another configuration. Upstreams whose settings and TLS are the same are the
   * very same: with their connections, and all that is known of them. Those that are new do nothing
   * before {@link #start()}.
   */
  public PooledForwarder next(Collection<UpstreamSettings> upstreams, Map<String, ClientTls> tls) {
    return new PooledForwarder(this, upstreams, tls);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the route names an upstream that was not configured, or the
   *     permit was used before
   */
  @Override
  public RequestSink forward(Permit permit, RequestBody body, ResponseSink sink, EventLoop loop) {
    RequestHead head = permit.use();
    if (MaxForwards.exhausted(head)) {
      var answer = new LocalAnswer(permit.route(), sink);
      loop.execute(answer::give);
      return answer;
    }
    return started(new Exchange(upstream(permit, loop), permit, head, body, sink, null));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException as {@link #forward} does
   */
  @Override
  public RequestSink upgrade(Permit permit, ResponseSink sink, TunnelSink tunnels, EventLoop loop) {
    RequestHead head = permit.use();
    String accept = WebSocketHandshake.accept(head);
    var switching = new Switching(accept, tunnels, environment.randoms());
    return started(
        new Exchange(upstream(permit, loop), permit, head, RequestBody.NONE, sink, switching));
  }

  private UpstreamLoop upstream(Permit permit, EventLoop loop) {
    Upstream upstream = upstreams.get(permit.route().upstream());
    if (upstream == null) {
      throw new IllegalStateException("upstream: " + permit.route().upstream());
    }
    return upstream.on(loop);
  }

  private static RequestSink started(Exchange exchange) {
    exchange.start();
    return exchange;
  }

  /**
   * Drains the upstreams that the next forwarder does not go on with, as {@link #drain} does.
   *
   * @return complete once they had no connection left
   */
  public CompletionStage<@Nullable Void> drainFor(PooledForwarder next) {
    return drained(
        upstreams.values().stream()
            .filter(upstream -> !next.upstreams.containsValue(upstream))
            .toList());
  }

  /**
   * Looks up names and begins the checks of endpoints, on that loop, before the first request needs
   * them.
   */
  public void start(EventLoop loop) {
    housekeeper = loop;
    upstreams.values().forEach(upstream -> upstream.start(loop));
  }

  /** The same on the loop of the forwarder before, if that had one. */
  public void start() {
    EventLoop loop = housekeeper;
    if (loop != null) {
      start(loop);
    }
  }

  /** How all endpoints stand, in the order of their upstreams' names; from any thread. */
  public List<EndpointView> endpoints() {
    long now = Ticker.systemTicker().nanoTime();
    return upstreams.values().stream()
        .sorted(Comparator.comparing(upstream -> upstream.settings().name()))
        .flatMap(upstream -> upstream.views(now).stream())
        .toList();
  }

  /** The state of all pools, to be called from any thread. */
  public List<PoolFigures> figures() {
    return upstreams.values().stream().map(Upstream::figures).toList();
  }

  /**
   * Closes connections that are not in use, and the others as soon as their exchanges end. New
   * exchanges are still served.
   *
   * @return complete once there was no connection left
   */
  public CompletionStage<@Nullable Void> drain() {
    return drained(upstreams.values());
  }

  private static CompletionStage<@Nullable Void> drained(Collection<Upstream> upstreams) {
    return CompletableFuture.allOf(
        upstreams.stream()
            .map(upstream -> upstream.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Closes all connections; exchanges in flight fail. */
  @Override
  public void close() {
    upstreams.values().forEach(Upstream::close);
  }
}
