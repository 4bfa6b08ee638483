package dev.bearward.app;

import dev.bearward.config.GatewaySettings;
import dev.bearward.proxy.PooledForwarder;
import dev.bearward.server.Service;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The generation in use, and the change to the next: made as a whole or not at all, then put in
 * place at once. Requests that have begun end with the generation that they began with; only then
 * its connections go.
 */
final class Generations implements AutoCloseable {
  private final Base base;
  private final Set<PooledForwarder> leaving = ConcurrentHashMap.newKeySet();
  private volatile Generation current;
  private boolean closed;

  /**
   * Takes the first one into use.
   *
   * @throws IOException when a file that it names cannot be read or used
   */
  Generations(GatewaySettings settings, Base base) throws IOException {
    this.base = base;
    this.current = Generation.first(settings, base);
    current.start();
    base.meters().configuration().inUse(current.number(), current.since());
  }

  /** The one in use. */
  Generation current() {
    return current;
  }

  /**
   * Changes to another configuration.
   *
   * @param serve has the requests from now on served by it
   * @return the generation in use afterwards
   * @throws IOException when a file that it names cannot be read or used; then nothing has changed
   */
  synchronized Generation change(GatewaySettings settings, Consumer<Service> serve)
      throws IOException {
    Generation before = current;
    if (closed) {
      return before;
    }
    Generation next = before.next(settings, base);
    try {
      base.clients().reread(next.reached());
    } catch (IOException e) {
      base.tls().drop(next.tls().values(), before.tls().values());
      throw e;
    }
    next.start();
    current = next;
    serve.accept(next.service());
    retire(before, next);
    base.meters().configuration().inUse(next.number(), next.since());
    return next;
  }

  private void retire(Generation before, Generation next) {
    before.keys().endFor(next.keys());
    leaving.add(before.forwarder());
    var _ =
        before
            .forwarder()
            .drainFor(next.forwarder())
            .whenComplete((_, _) -> leaving.remove(before.forwarder()));
    base.tls().retire(before.tls().values(), next.tls().values());
  }

  /** Ends fetches and connections; exchanges in flight fail. */
  @Override
  public synchronized void close() {
    closed = true;
    current.forwarder().close();
    leaving.forEach(PooledForwarder::close);
    current.keys().close();
  }
}
