package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one endpoint of the configuration. A literal address and a Unix-domain socket
 * need no look-up. A name is looked up again whenever its addresses are no longer good; the last
 * good ones are used until the next ones are there. Safe for use by several threads.
 */
final class Resolution {
  /** Most addresses of a name that are used. */
  static final int MAX_ADDRESSES = 64;

  /** Neither a name server's whim nor its zeal may set the pace altogether. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

  private final EndpointAddress of;
  private final NameLookup names;
  private final Runnable changed;
  private final boolean isName;
  private volatile List<SocketAddress> known;
  private boolean lookingUp;
  private boolean stopped;
  private @Nullable Future<?> next;

  /**
   * @param before addresses that a name was found to stand for before, or none
   * @param changed runs after each look-up, whatever came of it
   */
  Resolution(EndpointAddress of, NameLookup names, List<SocketAddress> before, Runnable changed) {
    this.of = of;
    this.names = names;
    this.changed = changed;
    List<SocketAddress> fixed = fixed(of);
    this.known = fixed.isEmpty() ? before : fixed;
    this.isName = fixed.isEmpty();
  }

  private static List<SocketAddress> fixed(EndpointAddress of) {
    return switch (of) {
      case EndpointAddress.Unix(String path) -> List.of(UnixDomainSocketAddress.of(path));
      case EndpointAddress.Tcp(String host, int port) -> literal(host, port);
    };
  }

  private static List<SocketAddress> literal(String host, int port) {
    byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
    if (octets == null) {
      return List.of();
    }
    try {
      return List.of(new InetSocketAddress(InetAddress.getByAddress(octets), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of 4 or 16 bytes", e);
    }
  }

  EndpointAddress of() {
    return of;
  }

  /** The addresses to be used now; none when none was ever found. */
  List<SocketAddress> known() {
    return known;
  }

  synchronized boolean isLookingUp() {
    return lookingUp;
  }

  /** Looks the name up when no address is known, and from then on again and again. */
  void lookUpIfUnknown(EventLoop loop) {
    if (known.isEmpty()) {
      lookUp(loop);
    }
  }

  /** Looks a name up, now and from then on again and again. */
  void lookUp(EventLoop loop) {
    if (!isName || !(of instanceof EndpointAddress.Tcp(String host, int port)) || !begins()) {
      return;
    }
    find(host, loop)
        .whenComplete((found, fault) -> {
          if (found != null && !found.addresses().isEmpty()) {
            known = sockets(found.addresses(), port);
            ended(loop, found.usableFor());
          } else {
            ended(loop, AFTER_FAILURE);
          }
        });
  }

  /** Without a file descriptor left, say, it fails as any look-up may, and is made again later. */
  private CompletionStage<NameLookup.Addresses> find(String host, EventLoop loop) {
    try {
      return names.find(host, loop);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private synchronized boolean begins() {
    if (lookingUp) {
      return false;
    }
    lookingUp = true;
    Future<?> due = next;
    if (due != null) {
      due.cancel(false);
    }
    return true;
  }

  private static List<SocketAddress> sockets(List<InetAddress> addresses, int port) {
    return addresses.stream()
        .distinct()
        .limit(MAX_ADDRESSES)
        .<SocketAddress>map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  private void ended(EventLoop loop, Duration usableFor) {
    synchronized (this) {
      lookingUp = false;
      if (!stopped) {
        again(loop, bounded(usableFor));
      }
    }
    changed.run();
  }

  private void again(EventLoop loop, Duration after) {
    try {
      next = loop.schedule(() -> lookUp(loop), after.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      stopped = true; // The loop was shut down, and all its connections with it.
    }
  }

  private static Duration bounded(Duration asked) {
    Duration atLeast = asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked;
    return atLeast.compareTo(LONGEST) > 0 ? LONGEST : atLeast;
  }

  /** Looks nothing up any more but for requests that cannot go on without. */
  synchronized void stop() {
    stopped = true;
    Future<?> due = next;
    if (due != null) {
      due.cancel(false);
    }
  }
}
