package dev.bearward.proxy;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check: a GET on a connection of its own, good when the status is 2xx. The body is not waited
 * for. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class HealthProbe extends ChannelInboundHandlerAdapter {
  private final Endpoint endpoint;
  private final String path;
  private final EventLoop loop;
  private final Consumer<@Nullable String> end;
  private @Nullable Channel channel;
  private @Nullable Future<?> limit;
  private boolean over;

  /**
   * @param end takes what was wrong, or null
   */
  HealthProbe(Endpoint endpoint, String path, EventLoop loop, Consumer<@Nullable String> end) {
    this.endpoint = endpoint;
    this.path = path;
    this.loop = loop;
    this.end = end;
  }

  void start(Duration time) {
    limit =
        loop.schedule(
            () -> finish("check: no answer in time"), time.toNanos(), TimeUnit.NANOSECONDS);
    Channel made = UpstreamSocket.make(loop, endpoint.address());
    channel = made;
    SslHandler tls = endpoint.newTls(made.alloc(), false);
    if (tls != null) {
      made.pipeline().addLast(tls);
    }
    var decoder = new ResponseDecoder();
    decoder.await(false, false);
    made.pipeline().addLast(decoder, this);
    loop.register(made)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(made, tls);
          } else {
            finish(fault(registered.cause()));
          }
        });
  }

  private void connect(Channel made, @Nullable SslHandler tls) {
    made.connect(UpstreamSocket.target(made, endpoint.address()))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            finish(fault(connected.cause()));
          } else if (tls == null) {
            ask(made);
          } else {
            tls.handshakeFuture()
                .addListener(agreed -> {
                  if (agreed.isSuccess()) {
                    ask(made);
                  } else {
                    finish(fault(agreed.cause()));
                  }
                });
          }
        });
  }

  private static String fault(Throwable cause) {
    return "check: " + Faults.text(cause);
  }

  private void ask(Channel to) {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + endpoint.hostField()
            + "\r\nUser-Agent: bearward-health\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    to.writeAndFlush(ByteBufUtil.writeAscii(to.alloc(), request));
    to.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ResponseDecoder.PlainResponse plain) {
      plain.body().release();
      answered(plain.head().status());
      return;
    }
    if (!(message instanceof HttpObject part) || part.decoderResult().isFailure()) {
      finish("check: no HTTP response");
    } else if (part instanceof HttpResponse response && response.status().code() >= 200) {
      answered(response.status().code());
    }
    ReferenceCountUtil.release(message);
  }

  private void answered(int status) {
    finish(status < 300 ? null : "check: status " + status);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!over) {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finish("check: closed without a response");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    finish(fault(cause));
  }

  private void finish(@Nullable String fault) {
    if (over) {
      return;
    }
    over = true;
    Future<?> running = limit;
    if (running != null) {
      running.cancel(false);
    }
    Channel open = channel;
    if (open != null) {
      open.close();
    }
    end.accept(fault);
  }
}
