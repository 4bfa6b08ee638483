package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream; translates its events for the exchange that has it. Serves one
 * exchange at a time and lies in its pool in between, still reading: whatever comes then, bytes or
 * an end, closes it. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails has nobody to tell
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Carrier {
  private final LoopPool pool;
  private final Channel channel;
  private final ResponseDecoder decoder = new ResponseDecoder();
  private final Http1Request request;
  private final Deadline deadline;
  private @Nullable Exchange exchange;
  private boolean used;
  private boolean reused;

  /**
   * @param tls what stands behind the TLS of an encrypted connection, or null
   */
  UpstreamConnection(LoopPool pool, Channel channel, @Nullable TlsEnd tls) {
    if (tls != null) {
      tls.reportsTo(this::lose, this::refused);
    }
    this.pool = pool;
    this.channel = channel;
    this.request = new Http1Request(channel);
    this.deadline = new Deadline(pool.loop(), this::deadlinePassed);
    channel.pipeline().addLast(decoder, this);
  }

  Channel channel() {
    return channel;
  }

  @Override
  public boolean head(Permit permit, RequestHead head, RequestBody framing, boolean upgrade) {
    HeadBytes bytes = pool.heads().write(permit, head, framing, upgrade);
    if (bytes != null) {
      request.head(bytes, framing);
    }
    return bytes != null;
  }

  @Override
  public void part(ByteBuf part) {
    request.part(part);
  }

  @Override
  public void end(HttpHeaders trailers, IdentityNames own) {
    request.end(pool.heads().writeLastChunk(trailers, own));
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void readOn() {
    channel.read();
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  boolean isUsable() {
    return channel.isActive();
  }

  /** Whether the present exchange is not its first. */
  @Override
  public boolean isReused() {
    return reused;
  }

  /** Whether any byte came since the present exchange began. */
  @Override
  public boolean hasAnswered() {
    return decoder.begun();
  }

  /** Gives it to an exchange. */
  void begin(Exchange next) {
    reused = used;
    used = true;
    exchange = next;
    decoder.await(next.isHead(), next.switches());
    next.connected(this);
    channel.read();
  }

  @Override
  public boolean isUnprocessed() {
    return false; // HTTP/1.1 has no way of saying so.
  }

  @Override
  public void unused() {
    exchange = null;
    used = reused;
    decoder.awaitNothing();
    pool.release(this);
  }

  @Override
  public void finished(boolean requestSent) {
    exchange = null;
    if (requestSent && decoder.framing().persistent() && !decoder.holdsBytes()) {
      pool.release(this);
    } else {
      close();
    }
  }

  @Override
  public void abandon() {
    exchange = null;
    close();
  }

  /**
   * It speaks no HTTP any more: leaves the bytes, but neither the pool's count nor TLS, to whoever
   * takes the place of the handler it returns.
   */
  ChannelHandler handOver() {
    exchange = null;
    deadline.stop();
    channel.pipeline().remove(this);
    return decoder;
  }

  /** Lies in the pool for so long at most. */
  void idle(long nanos) {
    deadline.in(nanos);
    channel.read();
  }

  /** Ends it, whatever its exchange still wants. */
  void abort() {
    Exchange current = exchange;
    if (current == null) {
      close();
    } else {
      current.aborted();
    }
  }

  void close() {
    deadline.stop();
    request.discard();
    channel.close();
  }

  private void deadlinePassed() {
    Exchange waiting = exchange;
    if (waiting == null) {
      close();
    } else {
      waiting.timedOut();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Exchange current = exchange;
    if (message instanceof ResponseDecoder.PlainResponse plain) {
      plain(current, plain);
    } else if (current == null) {
      ReferenceCountUtil.release(message);
      close();
    } else if (!(message instanceof HttpObject part) || part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      current.invalid();
    } else if (part instanceof HttpResponse response) {
      head(current, response);
    } else if (part instanceof HttpContent content) {
      content(current, content);
    }
  }

  private void head(Exchange current, HttpResponse response) {
    ResponseFraming end = decoder.framing();
    int status = response.status().code();
    HttpHeaders fields = response.headers();
    if (end.kind() == ResponseFraming.Kind.SWITCH) {
      current.switched(response, this);
      return;
    }
    ResponseFields.strip(fields, end.kind() == ResponseFraming.Kind.CHUNKED);
    if (status < 200) {
      current.interim(status, fields);
    } else {
      current.head(status, response.status().reasonPhrase(), fields, end.length());
    }
  }

  private static void content(Exchange current, HttpContent content) {
    if (content.content().isReadable()) {
      current.part(content.content());
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent last) {
      current.complete(TrailerFields.allowed(last.trailingHeaders()));
    }
  }

  private void plain(@Nullable Exchange current, ResponseDecoder.PlainResponse response) {
    if (current == null) {
      response.body().release();
      close();
    } else {
      current.plain(response);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current == null || current.readsOn()) {
      ctx.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current != null && channel.isWritable()) {
      current.upstreamWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lose();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Exchange current = exchange;
    if (cause instanceof DecoderException && current != null) {
      current.invalid();
    } else {
      lose();
    }
  }

  /**
   * The other side ended TLS in anger; before its first answer that is as good as no connection.
   */
  private void refused(Throwable cause) {
    pool.endpoint().refusedTls(cause);
    pool.endpoint().failed(Faults.text(cause), pool.loop());
    Exchange current = exchange;
    if (current == null || reused || hasAnswered()) {
      lose();
    } else {
      current.unconnected(Reason.UPSTREAM_UNAVAILABLE);
    }
  }

  private void lose() {
    Exchange current = exchange;
    exchange = null;
    close();
    if (current != null) {
      current.lost(this);
    }
  }
}
