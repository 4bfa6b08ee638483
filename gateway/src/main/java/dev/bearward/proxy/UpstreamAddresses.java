package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of one upstream. A literal address needs no look-up; a name is looked up off the event
 * loop, one look-up at a time, and its last good addresses are used until the next ones are there.
 */
final class UpstreamAddresses {
  /** How long addresses are used before the name is looked up again. */
  static final Duration REFRESH_AFTER = Duration.ofSeconds(30);

  private record Known(List<InetSocketAddress> addresses, long at) {}

  private record Waiting(EventLoop loop, Consumer<List<InetSocketAddress>> then) {}

  private final String host;
  private final int port;
  private final NameLookup names;
  private final Executor executor;
  private final Ticker ticker;
  private final @Nullable List<InetSocketAddress> literal;
  private final List<Waiting> waiting = new ArrayList<>();
  private volatile @Nullable Known known;
  private boolean lookingUp;

  UpstreamAddresses(UpstreamSettings settings, NameLookup names, Executor executor, Ticker ticker) {
    this.host = settings.host();
    this.port = settings.port();
    this.names = names;
    this.executor = executor;
    this.ticker = ticker;
    this.literal = literal(host, port);
  }

  private static @Nullable List<InetSocketAddress> literal(String host, int port) {
    byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
    if (octets == null) {
      return null;
    }
    try {
      return List.of(new InetSocketAddress(InetAddress.getByAddress(octets), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of 4 or 16 bytes", e);
    }
  }

  /**
   * Calls {@code then} on {@code loop}, at once when addresses are known; with none when the name
   * cannot be looked up.
   */
  void find(EventLoop loop, Consumer<List<InetSocketAddress>> then) {
    if (literal != null) {
      then.accept(literal);
      return;
    }
    Known now = known;
    if (now == null) {
      enqueue(new Waiting(loop, then));
      return;
    }
    if (ticker.nanoTime() - now.at() > REFRESH_AFTER.toNanos()) {
      lookUp();
    }
    then.accept(now.addresses());
  }

  private void enqueue(Waiting one) {
    synchronized (waiting) {
      waiting.add(one);
    }
    lookUp();
  }

  private void lookUp() {
    synchronized (waiting) {
      if (lookingUp) {
        return;
      }
      lookingUp = true;
    }
    try {
      executor.execute(this::blockingLookUp);
    } catch (RejectedExecutionException e) {
      answer(List.of());
    }
  }

  private void blockingLookUp() {
    List<InetSocketAddress> found = List.of();
    try {
      var all = new ArrayList<InetSocketAddress>();
      for (InetAddress address : names.addresses(host)) {
        all.add(new InetSocketAddress(address, port));
      }
      found = List.copyOf(all);
      known = new Known(found, ticker.nanoTime());
    } catch (UnknownHostException e) {
      found = stale();
    } finally {
      answer(found);
    }
  }

  private List<InetSocketAddress> stale() {
    Known last = known;
    return last == null ? List.of() : last.addresses();
  }

  private void answer(List<InetSocketAddress> found) {
    List<Waiting> all;
    synchronized (waiting) {
      lookingUp = false;
      all = List.copyOf(waiting);
      waiting.clear();
    }
    for (Waiting one : all) {
      tell(one, found);
    }
  }

  private static void tell(Waiting one, List<InetSocketAddress> found) {
    try {
      one.loop().execute(() -> one.then().accept(found));
    } catch (RejectedExecutionException e) {
      // The loop was shut down in the meantime, and all its connections with it.
    }
  }
}
