package dev.bearward.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An authoritative name server on loopback, over UDP and TCP; what it does not know is NXDOMAIN.
 */
public final class DnsServer implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  /**
   * A record.
   *
   * @param content in hexadecimal
   */
  private record Entry(DnsRecordType type, int ttl, String content) {}

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<String, List<Entry>> zone = new ConcurrentHashMap<>();
  private final Map<String, DnsResponseCode> faults = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final InetSocketAddress address;
  private volatile boolean silent;
  private volatile boolean truncating;

  private DnsServer() {
    Channel tcp =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Tcp())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    this.address = (InetSocketAddress) tcp.localAddress();
    new Bootstrap()
        .group(loops)
        .channel(NioDatagramChannel.class)
        .handler(new Udp())
        .bind(address)
        .syncUninterruptibly();
  }

  /** Starts one on a free port. */
  public static DnsServer start() {
    return new DnsServer();
  }

  /** Where it is asked. */
  public InetSocketAddress address() {
    return address;
  }

  /** What a name stands for from now on, each good for so many seconds. */
  public DnsServer put(String name, int ttl, String... literals) {
    var entries = new ArrayList<Entry>();
    for (String literal : literals) {
      byte[] octets = InetAddress.ofLiteral(literal).getAddress();
      entries.add(
          new Entry(
              octets.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA,
              ttl,
              HEX.formatHex(octets)));
    }
    zone.put(name + ".", entries);
    faults.remove(name + ".");
    return this;
  }

  /** Another name for a name. */
  public DnsServer alias(String name, int ttl, String canonical) {
    zone.put(
        name + ".",
        List.of(new Entry(DnsRecordType.CNAME, ttl, HEX.formatHex(encoded(canonical)))));
    return this;
  }

  private static byte[] encoded(String name) {
    ByteBuf out = Unpooled.buffer();
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.writeCharSequence(label, StandardCharsets.US_ASCII);
    }
    out.writeByte(0);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    out.release();
    return bytes;
  }

  /** Answers a name with that fault, or with null as before. */
  public void fail(String name, @Nullable DnsResponseCode code) {
    if (code == null) {
      faults.remove(name + ".");
    } else {
      faults.put(name + ".", code);
    }
  }

  /** Whether it hears and says nothing. */
  public void silent(boolean now) {
    silent = now;
  }

  /** Whether nothing fits into a datagram. */
  public void truncating(boolean now) {
    truncating = now;
  }

  /** The questions so far: over what, of which type, for which name. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private DnsQuestion heard(String over, DnsQuery query) {
    DnsQuestion question = query.recordAt(DnsSection.QUESTION);
    asked.add(over + " " + question.type().name() + " " + question.name());
    return question;
  }

  private void answer(DnsQuestion question, DnsResponse response) {
    response.setAuthoritativeAnswer(true);
    response.addRecord(DnsSection.QUESTION, question);
    DnsResponseCode fault = faults.get(question.name());
    List<Entry> known = zone.get(question.name());
    if (fault != null || known == null) {
      response.setCode(fault == null ? DnsResponseCode.NXDOMAIN : fault);
      return;
    }
    known.stream()
        .filter(entry ->
            entry.type().equals(question.type()) || entry.type().equals(DnsRecordType.CNAME))
        .forEach(entry ->
            response.addRecord(
                DnsSection.ANSWER,
                new DefaultDnsRawRecord(
                    question.name(),
                    entry.type(),
                    entry.ttl(),
                    Unpooled.wrappedBuffer(HEX.parseHex(entry.content())))));
  }

  private final class Udp extends ChannelInitializer<NioDatagramChannel> {
    @Override
    protected void initChannel(NioDatagramChannel channel) {
      channel
          .pipeline()
          .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder())
          .addLast(
              new SimpleChannelInboundHandler<DatagramDnsQuery>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
                  DnsQuestion question = heard("udp", query);
                  if (silent) {
                    return;
                  }
                  var response =
                      new DatagramDnsResponse(
                          /* sender= */ query.recipient(),
                          /* recipient= */ query.sender(),
                          query.id());
                  if (truncating) {
                    response.addRecord(DnsSection.QUESTION, question);
                    response.setTruncated(true);
                  } else {
                    answer(question, response);
                  }
                  var _ = ctx.writeAndFlush(response);
                }
              });
    }
  }

  private final class Tcp extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder())
          .addLast(
              new SimpleChannelInboundHandler<DnsQuery>() {
                @Override
                protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
                  DnsQuestion question = heard("tcp", query);
                  var response = new DefaultDnsResponse(query.id());
                  answer(question, response);
                  var _ = ctx.writeAndFlush(response);
                }
              });
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
