package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a new client connection goes through before its first request. */
final class Reception {
  private final ServerContext context;
  private final @Nullable ServerTls tls;

  Reception(ServerContext context, @Nullable ServerTls tls) {
    this.context = context;
    this.tls = tls;
  }

  /** Takes a connection on that was accepted just now. */
  void receive(Channel channel, LoopState loop) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      var _ = channel.close(); // It went before it was accepted.
      return;
    }
    var peer = new Peer(unmapped(remote.getAddress()), false, null);
    if (context.admitConnection() || admittedInstead(loop)) {
      channel.closeFuture().addListener(_ -> context.connectionGone());
      begin(channel, loop, peer);
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

  private void begin(Channel channel, LoopState loop, Peer peer) {
    if (tls == null) {
      requests(channel, loop, peer, null, null);
    } else {
      var handshake = tls.begin(context.timeouts().header());
      channel
          .pipeline()
          .addLast(handshake.handler(channel.alloc()))
          .addLast(new TlsGate(this, loop, peer, tls.listener(), handshake));
    }
  }

  /**
   * Lets requests in.
   *
   * @param tls the handler of an encrypted connection, or null
   * @param hosts what may be asked for on this connection, or null for anything
   */
  void requests(
      Channel channel,
      LoopState loop,
      Peer peer,
      @Nullable SslHandler tls,
      @Nullable Predicate<String> hosts) {
    var reader = reader(channel, loop, peer, hosts);
    var farewell = new Farewell(channel, tls);
    if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      var session = new Http2Session(context, loop, channel, peer, reader, farewell);
      channel.pipeline().addLast(session.codec());
      context.listener().connectionOpened();
      session.begin();
    } else {
      var connection = http1(channel, loop, peer, reader, farewell, tls == null);
      if (tls != null) {
        connection.begin(); // Without TLS the channel begins it.
      }
    }
  }

  private HeadReader reader(
      Channel channel, LoopState loop, Peer peer, @Nullable Predicate<String> hosts) {
    var local = (InetSocketAddress) channel.localAddress();
    return new HeadReader(context.requestIdField(), loop.ids(), peer, local, hosts);
  }

  /** Lets requests of HTTP/1.1 in, and no other; the caller begins. */
  ClientConnection http1(Channel channel, LoopState loop, Peer peer) {
    var reader = reader(channel, loop, peer, null);
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
