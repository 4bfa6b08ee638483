package dev.bearward.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The admin port. It has one thread of its own, so that a busy gateway still answers here and a
 * busy scraper costs no exchange anything.
 */
public final class AdminServer implements AutoCloseable {
  /** Open connections; over it the one that waits longest for a request makes room. */
  static final int MAX_CONNECTIONS = 32;

  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;

  private final AdminSettings settings;
  private final GatewayView view;
  private final InstantSource clock;
  private final Patience patience;
  private @Nullable EventLoopGroup group;
  private @Nullable Channel listener;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** In the order in which they began to wait for a request; touched by the one thread only. */
  private final Set<Channel> waiting = new LinkedHashSet<>();

  public AdminServer(AdminSettings settings, GatewayView view, InstantSource clock) {
    this(settings, view, clock, Patience.USUAL);
  }

  AdminServer(AdminSettings settings, GatewayView view, InstantSource clock, Patience patience) {
    this.settings = settings;
    this.view = view;
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Binds the port.
   *
   * @return the address bound, or null when the admin port is disabled
   * @throws IOException when the address cannot be bound
   * @throws IllegalStateException when the port would be open beyond loopback without a token
   */
  public @Nullable InetSocketAddress start() throws IOException {
    InetSocketAddress listen = settings.listen();
    if (listen == null) {
      return null;
    }
    if (listen.isUnresolved()) {
      throw failure(listen, "the name cannot be resolved");
    }
    if (settings.token() == null && !listen.getAddress().isLoopbackAddress()) {
      throw new IllegalStateException(
          "admin.token: missing (expected: a token, since admin.listen "
              + listen
              + " is beyond loopback)");
    }
    return bind(listen);
  }

  private InetSocketAddress bind(InetSocketAddress listen) throws IOException {
    var loops =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bearward-admin", true), NioIoHandler.newFactory());
    group = loops;
    var door = new Door(new HostRule(listen), settings.token());
    var endpoints = new Endpoints(view, clock);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, door, endpoints);
                  }
                })
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw failure(listen, String.valueOf(bound.cause().getMessage()));
    }
    listener = bound.channel();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  private static IOException failure(InetSocketAddress listen, String why) {
    return new IOException(
        "admin.listen: "
            + listen.getHostString()
            + ":"
            + listen.getPort()
            + " (expected: an address to listen on; "
            + why
            + ")");
  }

  /** Runs on the one thread, so that none comes in between. */
  private void accept(Channel channel, Door door, Endpoints endpoints) {
    if (connections.size() >= MAX_CONNECTIONS) {
      if (waiting.isEmpty()) {
        var _ = channel.close();
        return;
      }
      Channel longest = waiting.iterator().next();
      waiting.remove(longest);
      var _ = longest.close();
    }
    connections.add(channel);
    channel.closeFuture().addListener(_ -> waiting.remove(channel));
    var limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEADERS);
    channel
        .pipeline()
        .addLast(
            new WriteTimeoutHandler(patience.write().toMillis(), TimeUnit.MILLISECONDS),
            new HttpServerCodec(limits),
            new AdminConnection(door, endpoints, patience, waits -> waits(channel, waits)));
  }

  private void waits(Channel channel, boolean waits) {
    waiting.remove(channel);
    if (waits) {
      waiting.add(channel);
    }
  }

  /** Closes the port and its connections; does nothing when it is not open. */
  @Override
  public void close() {
    EventLoopGroup loops = group;
    Channel open = listener;
    group = null;
    listener = null;
    if (open != null) {
      // Loops that are shut down with sockets registered may leave them open.
      open.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
      connections.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
    if (loops != null) {
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
  }
}
