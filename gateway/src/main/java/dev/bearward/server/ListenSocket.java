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
import java.nio.file.Path;

/** Opens what is listened on: an address and port, or a unix-domain socket. */
final class ListenSocket {
  private final EventLoops loops;
  private final ChannelHandler accepted;
  private final ChannelHandler faults;

  /**
   * @param accepted takes each new connection
   * @param faults told when one cannot be accepted; sharable
   */
  ListenSocket(EventLoops loops, ChannelHandler accepted, ChannelHandler faults) {
    this.loops = loops;
    this.faults = faults;
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
    // Behind Netty's own handler, which stops to accept for a second after a fault.
    bound.channel().pipeline().addLast(faults);
    return bound.channel();
  }

  private Channel unix(UnixDomainSocketAddress address) throws ListenException {
    var file = new SocketFile(address);
    try {
      file.makeRoom();
      Path berth = file.berth();
      ChannelFuture bound =
          bootstrap()
              .channel(loops.serverDomainChannel())
              .bind(unixAddress(berth))
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        throw new ListenException(address, bound.cause());
      }
      return published(bound.channel(), file, berth);
    } catch (ListenException e) {
      throw e;
    } catch (IOException e) {
      throw new ListenException(address, e);
    } finally {
      file.tidy();
    }
  }

  private Channel published(Channel bound, SocketFile file, Path berth) throws IOException {
    try {
      file.publish(berth);
    } catch (IOException e) {
      bound.close().awaitUninterruptibly();
      throw e;
    }
    bound.closeFuture().addListener(_ -> file.remove());
    bound.pipeline().addLast(faults);
    return bound;
  }

  private SocketAddress unixAddress(Path path) {
    return switch (loops.transport()) {
      case EPOLL -> new DomainSocketAddress(path.toString());
      case NIO -> UnixDomainSocketAddress.of(path);
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
