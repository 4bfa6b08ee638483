package dev.bearward.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * Asks the name servers of the platform's configuration, and so learns how long their answer is
 * good; the hosts file goes first. What they do not know is looked up by another way.
 */
public final class DnsNames implements NameLookup {
  /** Of what is not said how long it is good, such as an entry of the hosts file. */
  private static final Duration UNSAID = Duration.ofSeconds(30);

  private final NameLookup otherwise;
  private final UnaryOperator<DnsNameResolverBuilder> platform;

  /** Takes the other way. */
  public DnsNames(NameLookup otherwise) {
    this(otherwise, UnaryOperator.identity());
  }

  /**
   * The same elsewhere.
   *
   * @param platform changes what the platform's configuration says
   */
  DnsNames(NameLookup otherwise, UnaryOperator<DnsNameResolverBuilder> platform) {
    this.otherwise = otherwise;
    this.platform = platform;
  }

  @Override
  public CompletionStage<Addresses> find(String host, EventLoop loop) {
    var found = new CompletableFuture<Addresses>();
    var times = new DnsTimes();
    DnsNameResolver resolver = resolver(loop, times);
    resolver
        .resolveAll(host)
        .addListener(done -> {
          resolver.close();
          if (done.isSuccess()) {
            found.complete(new Addresses(addresses(done.getNow()), times.shortest(UNSAID)));
          } else {
            found.completeExceptionally(done.cause());
          }
        });
    return found.exceptionallyCompose(_ -> otherwise.find(host, loop));
  }

  @SuppressWarnings("unchecked") // what resolveAll promises, and its listener does not
  private static List<InetAddress> addresses(Object found) {
    return (List<InetAddress>) found;
  }

  private DnsNameResolver resolver(EventLoop loop, DnsTimes times) {
    boolean epoll = UpstreamSocket.isEpoll(loop);
    var builder = new DnsNameResolverBuilder(loop);
    return platform
        .apply(builder)
        .datagramChannelFactory(epoll ? EpollDatagramChannel::new : NioDatagramChannel::new)
        .socketChannelFactory(epoll ? EpollSocketChannel::new : NioSocketChannel::new)
        .resolveCache(times)
        .cnameCache(times)
        .build();
  }
}
