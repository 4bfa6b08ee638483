package dev.bearward.proxy;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/** What a check asks over HTTP/1.1. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as the end of the connection
final class Http1Question extends ChannelInboundHandlerAdapter {
  private final HealthProbe probe;
  private final String host;
  private final String path;

  Http1Question(HealthProbe probe, String host, String path) {
    this.probe = probe;
    this.host = host;
    this.path = path;
  }

  void ask(Channel channel) {
    var decoder = new ResponseDecoder();
    decoder.await(false, false);
    channel.pipeline().addLast(decoder, this);
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: "
            + HealthProbe.USER_AGENT
            + "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), request));
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ResponseDecoder.PlainResponse plain) {
      plain.body().release();
      probe.answered(plain.head().status());
      return;
    }
    if (!(message instanceof HttpObject part) || part.decoderResult().isFailure()) {
      probe.failed("no HTTP response");
    } else if (part instanceof HttpResponse response && response.status().code() >= 200) {
      probe.answered(response.status().code());
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!probe.isOver()) {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    probe.failed("closed without a response");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    probe.failed(Faults.text(cause));
  }
}
