package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a new client connection goes through before its first request. */
final class Reception {
  /** What either end of a unix-domain socket counts as. */
  private static final InetSocketAddress UNIX =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);

  private final ServerContext context;
  private final @Nullable ServerTls tls;

  Reception(ServerContext context, @Nullable ServerTls tls) {
    this.context = context;
    this.tls = tls;
  }

  /** Takes a connection on that was accepted just now. */
  void receive(Channel channel, LoopState loop) {
    InetAddress address = address(channel);
    if (address == null) {
      var _ = channel.close(); // It went before it was accepted.
      return;
    }
    var peer = new Peer(address, false, null);
    if (context.admitConnection() || admittedInstead(loop)) {
      channel.closeFuture().addListener(_ -> context.connectionGone());
      if (context.expectsProxyHeader(peer)) {
        awaitProxyHeader(channel, loop, peer);
      } else {
        begin(channel, loop, Caller.at(peer), false);
      }
    } else {
      context.listener().refused(peer, Reason.OVERLOADED, loop.ids().next());
      var _ = channel.close();
    }
  }

  /** At the limit the connection that is needed least makes room, if this loop has one. */
  private boolean admittedInstead(LoopState loop) {
    loop.shed();
    return context.admitConnection();
  }

  /** The client's address; a unix-domain socket is on this machine. */
  private static @Nullable InetAddress address(Channel channel) {
    if (!(channel instanceof SocketChannel)) {
      return UNIX.getAddress();
    }
    return channel.remoteAddress() instanceof InetSocketAddress remote
        ? unmapped(remote.getAddress())
        : null;
  }

  private void awaitProxyHeader(Channel channel, LoopState loop, Peer proxy) {
    Consumer<Caller> letIn = caller -> begin(channel, loop, caller, true);
    Duration patience = context.timeouts().header();
    channel
        .pipeline()
        .addLast(new HAProxyMessageDecoder(Bounds.MAX_PROXY_EXTRAS))
        .addLast(new ProxyGate(proxy, patience, context.listener(), letIn));
  }

  private void begin(Channel channel, LoopState loop, Caller caller, boolean active) {
    if (tls == null) {
      requests(channel, loop, caller, null, null, active);
    } else {
      var handshake = tls.begin(context.timeouts().header());
      channel
          .pipeline()
          .addLast(handshake.handler(channel.alloc()))
          .addLast(new TlsGate(this, loop, caller, tls.listener(), handshake));
    }
  }

  /**
   * Lets requests in.
   *
   * @param tls the handler of an encrypted connection, or null
   * @param hosts what may be asked for on this connection, or null for anything
   * @param active whether the channel has told that it is active
   */
  void requests(
      Channel channel,
      LoopState loop,
      Caller caller,
      @Nullable SslHandler tls,
      @Nullable Predicate<String> hosts,
      boolean active) {
    Peer peer = caller.peer();
    var reader = reader(channel, loop, caller, hosts);
    var farewell = new Farewell(channel, tls);
    if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      var session = new Http2Session(context, loop, channel, peer, reader, farewell);
      channel.pipeline().addLast(session.codec());
      context.listener().connectionOpened();
      session.begin();
    } else {
      var connection = http1(channel, loop, peer, reader, farewell, tls == null);
      if (active) {
        connection.begin(); // Else the channel does.
      }
    }
  }

  private HeadReader reader(
      Channel channel, LoopState loop, Caller caller, @Nullable Predicate<String> hosts) {
    InetSocketAddress local =
        channel.localAddress() instanceof InetSocketAddress inet ? inet : UNIX;
    return new HeadReader(context.requestIdField(), loop.ids(), caller, local, hosts);
  }

  /** Lets requests of HTTP/1.1 in, and no other; the caller begins. */
  ClientConnection http1(Channel channel, LoopState loop, Peer peer) {
    var reader = reader(channel, loop, Caller.at(peer), null);
    return http1(channel, loop, peer, reader, new Farewell(channel, null), false);
  }

  /** Begins with HTTP/1.1; where it may, a client can tell by its first bytes that it does not. */
  private ClientConnection http1(
      Channel channel,
      LoopState loop,
      Peer peer,
      HeadReader reader,
      Farewell farewell,
      boolean plain) {
    var decoder = new RequestDecoder(context.limits());
    var connection = new ClientConnection(context, loop, channel, decoder, peer, reader, farewell);
    if (plain && context.http2()) {
      channel
          .pipeline()
          .addLast(
              new Preface(() -> {
                var session = new Http2Session(context, loop, channel, peer, reader, farewell);
                connection.leave();
                channel.pipeline().remove(connection);
                channel.pipeline().replace(decoder, null, session.codec());
                session.begin();
              }));
    }
    channel.pipeline().addLast(decoder).addLast(connection);
    return connection;
  }

  /** On a socket for both kinds, an IPv4 client has an IPv6 address (RFC 4291 section 2.5.5.2). */
  private static InetAddress unmapped(InetAddress address) {
    try {
      InetAddress plain = InetAddress.getByAddress(address.getAddress());
      return plain instanceof Inet4Address ? plain : address;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address of 4 or 16 bytes", e);
    }
  }
}
