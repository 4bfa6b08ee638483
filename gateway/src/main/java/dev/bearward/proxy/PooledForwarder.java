package dev.bearward.proxy;

import dev.bearward.access.Permit;
import dev.bearward.http.RequestHead;
import dev.bearward.http.WebSocketHandshake;
import dev.bearward.tls.ClientTls;
import io.netty.channel.EventLoop;
import java.util.Collection;
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
    var fields = new RequestFields(environment.requestIdHeader());
    this.upstreams =
        upstreams.stream()
            .map(settings -> new Upstream(settings, tls.get(settings.name()), fields, environment))
            .collect(
                Collectors.toUnmodifiableMap(
                    upstream -> upstream.settings().name(), Function.identity()));
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
    var switching = new Switching(WebSocketHandshake.accept(head), tunnels);
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
    return CompletableFuture.allOf(
        upstreams.values().stream()
            .map(upstream -> upstream.drain().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Closes all connections; exchanges in flight fail. */
  @Override
  public void close() {
    upstreams.values().forEach(Upstream::close);
  }
}
