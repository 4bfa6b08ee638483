package dev.bearward.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Opens what is listened on: an address and port, or a unix-domain socket. */
final class ListenSocket {
  private final EventLoops loops;
  private final ChannelHandler accepted;

  /**
   * @param accepted takes each new connection
   */
  ListenSocket(EventLoops loops, ChannelHandler accepted) {
    this.loops = loops;
    this.accepted = accepted;
  }

  /**
   * Listens.
   *
   * @throws ListenException when that cannot be; the message names the address
   */
  Channel open(SocketAddress address) throws ListenException {
    return address instanceof UnixDomainSocketAddress unix ? unix(unix) : inet(address);
  }

  private Channel inet(SocketAddress address) throws ListenException {
    ServerBootstrap bootstrap =
        bootstrap()
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true);
    if (loops.transport() == EventLoops.Transport.EPOLL) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, Bounds.MAX_UNSENT_BYTES);
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException((InetSocketAddress) address, bound.cause());
    }
    return bound.channel();
  }

  private Channel unix(UnixDomainSocketAddress address) throws ListenException {
    var file = new SocketFile(address);
    try {
      file.makeRoom();
      ChannelFuture bound =
          bootstrap()
              .channel(loops.serverDomainChannel())
              .bind(unixAddress(address))
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new ListenException(address, bound.cause());
      }
      Channel channel = bound.channel();
      channel.closeFuture().addListener(_ -> file.remove());
      file.restrict();
      return channel;
    } catch (ListenException e) {
      throw e;
    } catch (IOException e) {
      throw new ListenException(address, e);
    }
  }

  private SocketAddress unixAddress(UnixDomainSocketAddress address) {
    return switch (loops.transport()) {
      case EPOLL -> new DomainSocketAddress(address.getPath().toString());
      case NIO -> address;
    };
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loops.group())
        .option(ChannelOption.SO_BACKLOG, Bounds.BACKLOG)
        .childOption(ChannelOption.AUTO_READ, false)
        .childHandler(accepted);
  }
}
