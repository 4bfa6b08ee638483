package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The platform's own look-up, which blocks and says nothing of how long its answer is good. */
public final class SystemNames implements NameLookup {
  /** How long addresses are used before the name is looked up again. */
  static final Duration USABLE_FOR = Duration.ofSeconds(30);

  /** A look-up that blocks. */
  public interface Blocking {
    /** The addresses of a name, the preferred one first; at least one. */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Blocking names;
  private final Executor executor;

  /** Takes what looks up, and the threads that may be blocked by it. */
  public SystemNames(Blocking names, Executor executor) {
    this.names = names;
    this.executor = executor;
  }

  @Override
  public CompletionStage<Addresses> find(String host, EventLoop loop) {
    var found = new CompletableFuture<Addresses>();
    try {
      executor.execute(() -> find(host, found));
    } catch (RejectedExecutionException e) {
      found.completeExceptionally(e);
    }
    return found;
  }

  private void find(String host, CompletableFuture<Addresses> found) {
    try {
      found.complete(new Addresses(List.of(names.addresses(host)), USABLE_FOR));
    } catch (UnknownHostException | RuntimeException e) {
      found.completeExceptionally(e);
    }
  }
}
