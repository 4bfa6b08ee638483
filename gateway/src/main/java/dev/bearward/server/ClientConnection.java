package dev.bearward.server;

import dev.bearward.access.Denial;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: turns decoded messages into calls on its one exchange, decides when to
 * read, and watches the time. Its states are those of {@link ConnectionState}.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private final ServerContext server;
  private final LoopState loop;
  private final Channel channel;
  private final Peer peer;
  private final Farewell farewell;
  private final HeadReader reader;
  private final ResponseHeads heads;
  private final ResponseWriter writer;
  private final Watch watch;
  private final Intake intake;
  private final WaitingLine.Place place = new WaitingLine.Place(this);

  private ConnectionState state = ConnectionState.IDLE;
  private @Nullable Exchange exchange;
  private boolean usable = true;
  private boolean broken;
  private long drainedFrom;

  ClientConnection(
      ServerContext server,
      LoopState loop,
      Channel channel,
      RequestDecoder decoder,
      Peer peer,
      HeadReader reader,
      Farewell farewell) {
    this.server = server;
    this.loop = loop;
    this.channel = channel;
    this.peer = peer;
    this.farewell = farewell;
    this.reader = reader;
    this.heads = new ResponseHeads(loop, server.requestIdField());
    this.writer = new ResponseWriter(channel, loop.encoder());
    this.watch = new Watch(server.timeouts(), loop.tickNanos(), channel);
    this.intake = new Intake(server, loop, channel, decoder);
  }

  // What the exchange uses.

  ServerContext server() {
    return server;
  }

  ResponseHeads heads() {
    return heads;
  }

  ResponseWriter writer() {
    return writer;
  }

  EventLoop loop() {
    return loop.loop();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /** Whether requests may follow on this connection, as far as the bytes so far tell. */
  boolean isUsable() {
    return usable;
  }

  /** Memory that the head of the exchange takes, about, in bytes. */
  int headBytes() {
    return intake.headBytes();
  }

  /** What still comes is not read as requests. */
  void unusable() {
    usable = false;
    intake.discard();
  }

  /** Runs on the connection's loop, now or soon. */
  void onLoop(Runnable step) {
    if (loop().inEventLoop()) {
      guarded(step);
    } else {
      loop().execute(() -> guarded(step));
    }
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  /** The upstream is about to get the request. */
  void forwarding() {
    enter(ConnectionState.FORWARDING, Watch.NEVER);
    watch.bodyBegins();
  }

  /** HTTP is over: the tunnel takes what comes, what waits undecoded first. */
  void tunnel(Tunnel tunnel, Tunnel.Listener listener) {
    enter(ConnectionState.TUNNEL, Watch.NEVER);
    tunnel.join(channel, intake.handOver(), server.timeouts().webSocketIdle(), listener);
  }

  /** Gives the upstream more of the request body if it takes it, and reads more if it may. */
  void pumpBody() {
    if (exchange != null && exchange.wantsBody()) {
      intake.resume();
    }
    readOn();
  }

  /** The response was written; {@code kept} says whether another may follow. */
  void responseWritten(boolean kept) {
    Exchange done = exchange;
    if (!kept || !usable || done == null) {
      linger();
    } else if (done.requestComplete()) {
      awaitNext();
    } else {
      drainedFrom = done.bytesIn();
      enter(ConnectionState.DRAINING, Bounds.MAX_DRAIN_TIME);
      intake.resume();
      readOn();
    }
  }

  /** Ends the connection so that the client cannot take it for the end of the response. */
  void abort() {
    if (writer.endsWithConnection()) {
      farewell.reset();
    }
    close();
  }

  /** A bug: logged, answered with 500 or an abort. */
  void broken(Throwable bug) {
    boolean again = broken;
    broken = true;
    server.errors().log(bug);
    if (again || exchange == null) {
      close();
    } else {
      exchange.breakOff(Reason.INTERNAL_ERROR);
    }
  }

  // Events of the channel.

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin();
  }

  /** Waits for the first request. */
  void begin() {
    loop.add(this);
    server.listener().connectionOpened();
    enter(ConnectionState.IDLE, server.timeouts().header());
    if (server.draining()) {
      lastCall();
    }
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case HttpRequest head -> head(head);
      case HttpContent part -> content(part);
      case Malformed(Reason reason) -> malformed(reason);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void head(HttpRequest request) {
    intake.pause();
    Service service = server.service();
    switch (reader.read(request, service)) {
      case HeadReader.Refused(Reason reason, String id) ->
          refuse(reason, id, request.method().equals(HttpMethod.HEAD));
      case HeadReader.Sound sound -> {
        enter(ConnectionState.DECIDING, Watch.NEVER);
        if (intake.headFits()) {
          exchange = new Exchange(this, service, sound);
          exchange.begin();
        } else {
          boolean withoutBody = request.method().equals(HttpMethod.HEAD);
          refuse(Reason.OVERLOADED, sound.head().requestId(), withoutBody);
        }
      }
    }
  }

  private void content(HttpContent part) {
    Exchange current = exchange;
    if (current == null || current.requestComplete()) {
      part.release();
      return;
    }
    current.requestPart(part.content());
    if (exchange != current || state == ConnectionState.LINGERING) {
      return;
    }
    if (part instanceof LastHttpContent last) {
      intake.pause();
      current.requestEnd(last.trailingHeaders());
      if (state == ConnectionState.DRAINING) {
        awaitNext();
      }
    } else if (state == ConnectionState.DRAINING) {
      if (current.bytesIn() - drainedFrom > Bounds.MAX_DRAINED_BYTES) {
        linger();
      }
    } else if (!current.wantsBody()) {
      intake.pause();
    }
  }

  private void malformed(Reason reason) {
    switch (state) {
      case IDLE, HEAD -> refuse(reason, loop.ids().next(), false);
      case DECIDING, FORWARDING -> breakOff(reason);
      case DRAINING, FLUSHING -> linger();
      case TUNNEL, LINGERING, CLOSED -> {}
    }
  }

  private void breakOff(Reason reason) {
    if (exchange != null) {
      exchange.breakOff(reason);
    }
  }

  /** Refuses what never became a request; the connection goes with it (rule 106). */
  private void refuse(Reason reason, String id, boolean withoutBody) {
    writeRefusal(reason, id, withoutBody);
    linger();
  }

  private void writeRefusal(Reason reason, String id, boolean withoutBody) {
    server.listener().refused(peer, reason, id);
    writer.whole(heads.refusal(Denial.unrouted(reason), id, withoutBody, false, false));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn();
  }

  private void readOn() {
    if (state == ConnectionState.IDLE && intake.headBegun()) {
      enter(ConnectionState.HEAD, server.timeouts().header());
    }
    if (countsBytes() && !intake.bytesFit(exchange)) {
      crowdedOut();
    }
    boolean wanted =
        switch (state) {
          case IDLE, HEAD, DRAINING, LINGERING -> true;
          case DECIDING, FORWARDING ->
              !intake.isFull() || (exchange != null && exchange.wantsBody());
          case TUNNEL, FLUSHING, CLOSED -> false;
        };
    if (wanted) {
      channel.read();
    }
  }

  private boolean countsBytes() {
    return state != ConnectionState.LINGERING && state != ConnectionState.CLOSED;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable() && exchange != null) {
      exchange.clientWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    Exchange left = exchange;
    exchange = null;
    if (left != null) {
      left.clientGone();
    }
    loop.remove(this);
    server.listener().connectionClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      close();
    } else {
      broken(cause);
    }
  }

  // Between exchanges, and the end.

  private void awaitNext() {
    exchange = null;
    if (writer.hasUnsent()) {
      // A client that does not read must not have us make responses for it.
      enter(ConnectionState.FLUSHING, Watch.NEVER);
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> onLoop(this::sent));
    } else {
      idle();
    }
  }

  private void sent() {
    if (state == ConnectionState.FLUSHING) {
      idle();
    }
  }

  private void idle() {
    enter(ConnectionState.IDLE, server.timeouts().idle());
    if (server.draining()) {
      lastCall();
    }
    intake.resume();
    readOn();
    if (state == ConnectionState.IDLE && intake.isLarge()) {
      loop().execute(() -> guarded(this::lighten));
    }
  }

  /** Frees what decoding has left behind, unless the next request has begun. */
  private void lighten() {
    if (state == ConnectionState.IDLE) {
      intake.lighten();
    } else if (state == ConnectionState.LINGERING) {
      intake.drop();
    }
  }

  private void linger() {
    exchange = null;
    enter(ConnectionState.LINGERING, Watch.NEVER);
    intake.discard();
    loop().execute(() -> guarded(this::lighten));
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (written.isSuccess() && state == ConnectionState.LINGERING) {
            shut();
          } else {
            var _ = channel.close();
          }
        });
    channel.read();
  }

  private void shut() {
    enter(ConnectionState.LINGERING, Bounds.LINGER);
    farewell.say(shut -> {
      if (!shut.isSuccess()) {
        var _ = channel.close();
      }
    });
  }

  private void close() {
    end();
    var _ = channel.close(); // The channel tells of it later.
  }

  private void end() {
    state = ConnectionState.CLOSED;
    place.leave();
    intake.close();
    writer.close();
  }

  /** There are too many connections, and this one is needed least. */
  void shed() {
    if (state == ConnectionState.HEAD) {
      crowdedOut();
    } else {
      server.listener().refused(peer, Reason.OVERLOADED, loop.ids().next());
      close();
    }
  }

  /** There is no room for what this connection has sent. */
  void crowdedOut() {
    switch (state) {
      case IDLE, HEAD -> {
        writeRefusal(Reason.OVERLOADED, loop.ids().next(), false);
        close();
      }
      case DECIDING, FORWARDING -> breakOff(Reason.OVERLOADED);
      case TUNNEL, DRAINING, FLUSHING, LINGERING, CLOSED -> close();
    }
  }

  /** The server shuts down: a connection that brings nothing soon is closed. */
  void lastCall() {
    if (state == ConnectionState.IDLE) {
      enter(ConnectionState.IDLE, Bounds.LAST_CALL);
    }
  }

  /** The server's time is up. */
  void cutOff() {
    breakOff(Reason.DRAINING);
    close();
  }

  // Time.

  private void enter(ConnectionState entered, Duration longest) {
    state = entered;
    watch.begin(longest);
    switch (entered) {
      case IDLE -> place.join(loop.idle());
      case HEAD -> place.join(loop.unfinished());
      case DECIDING, FORWARDING, TUNNEL, DRAINING, FLUSHING, LINGERING, CLOSED -> place.leave();
    }
  }

  /** So much time has passed. */
  void tick(long passed) {
    try {
      look(passed);
    } catch (Throwable e) { // Out of memory, say: the other connections are looked at all the same.
      broken(e);
    }
  }

  private void look(long passed) {
    boolean over = watch.over(passed);
    writer.tick();
    if (state != ConnectionState.TUNNEL && watch.responseStalls(passed)) {
      stalled();
      return;
    }
    switch (state) {
      case FORWARDING -> {
        Exchange current = exchange;
        if (current != null && current.wantsBody() && watch.bodyStalls(passed, current.bytesIn())) {
          current.breakOff(Reason.REQUEST_TIMEOUT);
        }
      }
      case HEAD -> {
        if (over) {
          refuse(Reason.REQUEST_TIMEOUT, loop.ids().next(), false);
        }
      }
      case DRAINING -> {
        if (over) {
          linger();
        }
      }
      case IDLE -> {
        if (over) {
          close();
        } else if (watch.lasted(Bounds.LINE_KEPT)) {
          intake.lighten();
        }
      }
      case LINGERING -> {
        if (over) {
          close();
        }
      }
      case DECIDING, TUNNEL, FLUSHING, CLOSED -> {}
    }
  }

  /** The client takes nothing of its response. */
  private void stalled() {
    if (exchange != null) {
      exchange.clientGone();
    }
    farewell.reset();
    close();
  }
}
