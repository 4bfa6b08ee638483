package dev.bearward.proxy;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Makes sockets towards upstreams: TCP or Unix-domain, of the kind that the event loop takes. */
final class UpstreamSocket {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 * 1024, 64 * 1024);

  /** Few reads in a row: what they yield is what a slow client may let pile up. */
  private static final MaxMessagesRecvByteBufAllocator READS =
      new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(4);

  private UpstreamSocket() {}

  /** A socket for that address, neither registered nor connected; it reads when it is told to. */
  static Channel make(EventLoop loop, SocketAddress to) {
    boolean tcp = to instanceof InetSocketAddress;
    Channel channel = tcp ? tcp(isEpoll(loop)) : unix(isEpoll(loop));
    ChannelConfig config = channel.config();
    config.setAutoRead(false);
    // A failed write must not lose an answer that already lies in the receive buffer.
    config.setAutoClose(false);
    config.setWriteBufferWaterMark(WATER_MARK);
    config.setRecvByteBufAllocator(READS);
    if (tcp) {
      config.setOption(ChannelOption.TCP_NODELAY, true);
      config.setOption(ChannelOption.SO_KEEPALIVE, true);
    }
    return channel;
  }

  /** The address as the socket wants it: Netty's native one has a type of its own. */
  static SocketAddress target(Channel channel, SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix && channel instanceof UnixChannel
        ? new DomainSocketAddress(unix.getPath().toString())
        : address;
  }

  private static Channel tcp(boolean epoll) {
    return epoll ? new EpollSocketChannel() : new NioSocketChannel();
  }

  private static Channel unix(boolean epoll) {
    return epoll ? new EpollDomainSocketChannel() : new NioDomainSocketChannel();
  }

  /** Whether that loop waits for sockets by epoll. */
  static boolean isEpoll(EventLoop loop) {
    return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
  }
}
