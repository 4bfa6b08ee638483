package dev.bearward.server;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The threads that do all network work. Each connection, the client's and the upstream's, belongs
 * to one of them for life.
 */
public final class EventLoops {
  /** How sockets are waited for. */
  public enum Transport {
    EPOLL,
    NIO
  }

  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(5);

  private final EventLoopGroup group;
  private final Transport transport;

  private EventLoops(EventLoopGroup group, Transport transport) {
    this.group = group;
    this.transport = transport;
  }

  /** Starts so many loops, on epoll where the kernel and the native library allow. */
  public static EventLoops start(int threads) {
    return start(threads, Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO);
  }

  /** Starts so many loops of that kind. */
  public static EventLoops start(int threads, Transport transport) {
    IoHandlerFactory io =
        switch (transport) {
          case EPOLL -> EpollIoHandler.newFactory();
          case NIO -> NioIoHandler.newFactory();
        };
    var names = new DefaultThreadFactory("bearward-io", true);
    return new EventLoops(new MultiThreadIoEventLoopGroup(threads, names, io), transport);
  }

  /** How sockets are waited for. */
  public Transport transport() {
    return transport;
  }

  /** All loops, in a fixed order. */
  public List<EventLoop> all() {
    var loops = new ArrayList<EventLoop>();
    group.forEach(loop -> loops.add((EventLoop) loop));
    return List.copyOf(loops);
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends ServerChannel> serverChannel() {
    return switch (transport) {
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  Class<? extends ServerChannel> serverDomainChannel() {
    return switch (transport) {
      case EPOLL -> EpollServerDomainSocketChannel.class;
      case NIO -> NioServerDomainSocketChannel.class;
    };
  }

  /** Ends the threads; channels still open are closed. */
  public CompletionStage<Void> close() {
    var done = new CompletableFuture<Void>();
    group
        .shutdownGracefully(0, SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .addListener(_ -> done.complete(null));
    return done;
  }
}
