package dev.bearward.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that speaks HTTP/2, by Netty's server codec and nothing of ours: it records what
 * comes and answers what a script says, sound or not. Listens on 127.0.0.1 and a free port.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be sent is seen by the other side
public final class Http2Upstream implements AutoCloseable {
  /** What happens on its streams; called on the connection's thread. */
  public interface Script {
    /** A request head came. */
    void head(Stream stream, Http2Headers head, boolean ends);

    /** A part of a request body came, or its end. */
    default void data(Stream stream, String part, boolean ends) {}

    /** Trailers came. */
    default void trailers(Stream stream, Http2Headers trailers) {}

    /** The gateway wants no more of it. */
    default void reset(Stream stream) {}
  }

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Channel> connections = new CopyOnWriteArrayList<>();
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private final Script script;
  private final Http2Settings settings;
  private final @Nullable JdkSslContext tls;
  private final boolean readsBodies;
  private final int port;

  private Http2Upstream(
      Script script, Http2Settings settings, @Nullable JdkSslContext tls, boolean readsBodies) {
    this.script = script;
    this.settings = settings;
    this.tls = tls;
    this.readsBodies = readsBodies;
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    this.port = ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Speaks HTTP/2 at once, without TLS. */
  public static Http2Upstream start(Script script) {
    return start(new Http2Settings(), script);
  }

  /** The same, with settings of its own. */
  public static Http2Upstream start(Http2Settings settings, Script script) {
    return new Http2Upstream(script, settings, null, true);
  }

  /** The same, but gives no window back for what it gets. */
  public static Http2Upstream deaf(Script script) {
    return new Http2Upstream(script, new Http2Settings(), null, false);
  }

  /** Speaks it over TLS when the client offers it. */
  public static Http2Upstream tls(SSLContext context, Script script) {
    var alpn =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            "h2");
    var server =
        new JdkSslContext(
            context,
            false,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            alpn,
            ClientAuth.NONE,
            null,
            false);
    return new Http2Upstream(script, new Http2Settings(), server, true);
  }

  /** Answers every request with 200 and that body, once it is there completely. */
  public static Http2Upstream answering(String body) {
    return start(
        new Script() {
          @Override
          public void head(Stream stream, Http2Headers head, boolean ends) {
            if (ends) {
              stream.answer("200", body);
            }
          }

          @Override
          public void data(Stream stream, String part, boolean ends) {
            if (ends) {
              stream.answer("200", body);
            }
          }

          @Override
          public void trailers(Stream stream, Http2Headers trailers) {
            stream.answer("200", body);
          }
        });
  }

  private void accept(Channel channel) {
    connections.add(channel);
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forServer()
            .initialSettings(settings)
            .validateHeaders(false)
            .decoderEnforceMaxRstFramesPerWindow(0, 0)
            .encoderEnforceMaxRstFramesPerWindow(0, 0)
            .build();
    channel.pipeline().addLast(codec, new Recorder());
  }

  public int port() {
    return port;
  }

  /** Request heads, in order. */
  public List<Http2Headers> heads() {
    return heads;
  }

  /** What came, in words. */
  public List<String> events() {
    return events;
  }

  /** Connections that were made, open or not. */
  public int connections() {
    return connections.size();
  }

  public int openConnections() {
    return (int) connections.stream().filter(Channel::isActive).count();
  }

  /** Waits for the n-th stream. */
  public Stream stream(int index) {
    Eventually.await("stream " + index, () -> streams.size() > index);
    return streams.get(index);
  }

  public void awaitEvent(String text) {
    Eventually.await(text, () -> events.stream().anyMatch(event -> event.contains(text)));
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Header fields, in pairs; not checked, so that they may be wrong. */
  public static Http2Headers fields(String... namesAndValues) {
    var fields = new DefaultHttp2Headers(false);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  /** One stream, answered from any thread. */
  public static final class Stream {
    private final ChannelHandlerContext ctx;
    private final Http2FrameStream of;
    private boolean begun;

    private Stream(ChannelHandlerContext ctx, Http2FrameStream of) {
      this.ctx = ctx;
      this.of = of;
    }

    /** A whole response. */
    public void answer(String status, String body) {
      headers(fields(":status", status), body.isEmpty());
      if (!body.isEmpty()) {
        data(body, true);
      }
    }

    public Stream headers(Http2Headers fields, boolean ends) {
      ctx.writeAndFlush(new DefaultHttp2HeadersFrame(fields, ends).stream(of));
      return this;
    }

    public Stream data(String part, boolean ends) {
      ByteBuf bytes = Unpooled.copiedBuffer(part, StandardCharsets.ISO_8859_1);
      ctx.writeAndFlush(new DefaultHttp2DataFrame(bytes, ends).stream(of));
      return this;
    }

    public void reset(Http2Error error) {
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(of));
    }

    /** Says that no stream beyond that one was or will be looked at. */
    public void goAway(int lastStreamId) {
      raw(new byte[] {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, (byte) lastStreamId, 0, 0, 0, 0}, 1);
    }

    /** Bytes past the codec, so many times, in writes of a few. */
    public void raw(byte[] bytes, int times) {
      Channel channel = ctx.channel();
      ChannelHandlerContext codec = channel.pipeline().context(Http2FrameCodec.class);
      channel
          .eventLoop()
          .execute(() -> {
            for (int i = 0; i < times && channel.isActive(); i++) {
              codec.write(Unpooled.copiedBuffer(bytes));
            }
            codec.flush();
          });
    }

    public void closeConnection() {
      ctx.channel().close();
    }

    public boolean isConnected() {
      return ctx.channel().isActive();
    }

    public int id() {
      return of.id();
    }
  }

  private final class Recorder extends SimpleChannelInboundHandler<Http2Frame> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Http2Frame frame) {
      switch (frame) {
        case Http2HeadersFrame fields -> headers(ctx, fields);
        case Http2DataFrame data -> data(ctx, data);
        case Http2ResetFrame reset -> {
          events.add(
              "RST_STREAM " + reset.stream().id() + " " + Http2Error.valueOf(reset.errorCode()));
          script.reset(on(ctx, reset.stream()));
        }
        case Http2GoAwayFrame away -> events.add("GOAWAY " + Http2Error.valueOf(away.errorCode()));
        default -> {}
      }
    }

    private void headers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
      Stream stream = on(ctx, frame.stream());
      Http2Headers fields = new DefaultHttp2Headers(false).setAll(frame.headers());
      if (stream.begun) {
        events.add("TRAILERS " + fields);
        script.trailers(stream, fields);
      } else {
        stream.begun = true;
        heads.add(fields);
        script.head(stream, fields, frame.isEndStream());
      }
    }

    private void data(ChannelHandlerContext ctx, Http2DataFrame frame) {
      String part = frame.content().toString(StandardCharsets.ISO_8859_1);
      events.add("DATA " + frame.stream().id() + " " + part.length());
      if (readsBodies && frame.initialFlowControlledBytes() > 0) {
        ctx.write(
            new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes())
                .stream(frame.stream()));
      }
      script.data(on(ctx, frame.stream()), part, frame.isEndStream());
    }

    private Stream on(ChannelHandlerContext ctx, Http2FrameStream of) {
      for (Stream stream : streams) {
        if (stream.of.equals(of)) {
          return stream;
        }
      }
      var stream = new Stream(ctx, of);
      streams.add(stream);
      return stream;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      events.add("FAULT " + cause);
    }
  }
}
