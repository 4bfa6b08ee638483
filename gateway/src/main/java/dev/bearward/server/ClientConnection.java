package dev.bearward.server;

import dev.bearward.access.Denial;
import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One client connection that speaks HTTP/1.1: turns decoded messages into calls on its one
 * exchange, and decides when to read. Its states are those of {@link ConnectionState}.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements Attended {
  private final ServerContext server;
  private final LoopState loop;
  private final Channel channel;
  private final Peer peer;
  private final HeadReader reader;
  private final Http1Side side;
  private final Stage stage;
  private final Intake intake;
  private final Ending ending;
  private final Steps steps;

  private @Nullable Exchange exchange;
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
    this.reader = reader;
    this.steps = new Steps(loop.loop(), this::broken);
    this.stage = new Stage(this, server, loop, channel);
    this.intake = new Intake(server, loop, channel, decoder);
    this.side = new Http1Side(this, server, loop, channel, stage, intake, steps);
    this.ending = new Ending(channel, stage, intake, side.writer(), farewell, steps);
  }

  // What the client's side of the exchange uses.

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
    if (!kept || done == null) {
      linger();
    } else if (done.upload().isComplete()) {
      awaitNext();
    } else {
      drainedFrom = done.upload().bytes();
      stage.enter(ConnectionState.DRAINING, Bounds.MAX_DRAIN_TIME);
      intake.resume();
      readOn();
    }
  }

  /** Ends the connection so that the client cannot take it for the end of the response. */
  void abort() {
    ending.abort();
  }

  /** A bug: logged, answered with 500 or an abort. */
  void broken(Throwable bug) {
    boolean again = broken;
    broken = true;
    server.errors().log(bug);
    if (again || exchange == null) {
      ending.close();
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
    stage.enter(ConnectionState.IDLE, server.timeouts().header());
    if (server.draining()) {
      lastCall();
    }
    channel.read();
  }

  /** The client speaks another version of HTTP: this handler goes, the connection stays. */
  void leave() {
    loop.remove(this);
    ending.over();
    side.unsent().close();
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
        stage.enter(ConnectionState.DECIDING, Watch.NEVER);
        if (intake.headFits()) {
          exchange = side.exchange(service, sound);
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
    if (current == null || current.upload().isComplete()) {
      part.release();
      return;
    }
    current.requestPart(part.content());
    if (exchange != current || stage.is(ConnectionState.LINGERING)) {
      return;
    }
    if (part instanceof LastHttpContent last) {
      intake.pause();
      current.requestEnd(last.trailingHeaders());
      if (stage.is(ConnectionState.DRAINING)) {
        awaitNext();
      }
    } else if (stage.is(ConnectionState.DRAINING)) {
      if (current.upload().bytes() - drainedFrom > Bounds.MAX_DRAINED_BYTES) {
        linger();
      }
    } else if (!current.wantsBody()) {
      intake.pause();
    }
  }

  private void malformed(Reason reason) {
    switch (stage.state()) {
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
    side.refusal(Denial.unrouted(reason), id, withoutBody);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn();
  }

  private void readOn() {
    if (stage.is(ConnectionState.IDLE) && intake.headBegun()) {
      stage.enter(ConnectionState.HEAD, server.timeouts().header());
    }
    if (countsBytes() && !intake.bytesFit(exchange)) {
      crowdedOut();
    }
    boolean wanted =
        switch (stage.state()) {
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
    return !stage.is(ConnectionState.LINGERING) && !stage.is(ConnectionState.CLOSED);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      side.unsent().count();
      if (exchange != null) {
        exchange.clientWritable();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ending.over();
    side.unsent().close();
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
      ending.close();
    } else {
      broken(cause);
    }
  }

  // Between exchanges, and the end.

  private void awaitNext() {
    exchange = null;
    side.forget();
    if (side.writer().hasUnsent()) {
      // A client that does not read must not have us make responses for it.
      stage.enter(ConnectionState.FLUSHING, Watch.NEVER);
      side.unsent().count();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> steps.run(this::sent));
    } else {
      idle();
    }
  }

  private void sent() {
    if (stage.is(ConnectionState.FLUSHING)) {
      idle();
    }
  }

  private void idle() {
    stage.enter(ConnectionState.IDLE, server.timeouts().idle());
    if (server.draining()) {
      lastCall();
    }
    intake.resume();
    readOn();
    if (stage.is(ConnectionState.IDLE) && intake.isLarge()) {
      steps.later(ending::lighten);
    }
  }

  private void linger() {
    exchange = null;
    side.forget();
    ending.linger();
  }

  @Override
  public void shed() {
    if (stage.is(ConnectionState.HEAD)) {
      crowdedOut();
    } else {
      server.listener().refused(peer, Reason.OVERLOADED, loop.ids().next());
      ending.close();
    }
  }

  @Override
  public void crowdedOut() {
    switch (stage.state()) {
      case IDLE, HEAD -> {
        writeRefusal(Reason.OVERLOADED, loop.ids().next(), false);
        ending.close();
      }
      case DECIDING, FORWARDING -> breakOff(Reason.OVERLOADED);
      case TUNNEL, DRAINING, FLUSHING, LINGERING, CLOSED -> ending.close();
    }
  }

  @Override
  public void lastCall() {
    if (stage.is(ConnectionState.IDLE)) {
      stage.enter(ConnectionState.IDLE, Bounds.LAST_CALL);
    }
  }

  @Override
  public void cutOff() {
    switch (stage.state()) {
      case DECIDING, FORWARDING, TUNNEL -> breakOff(Reason.DRAINING);
      case DRAINING, FLUSHING -> linger();
      case IDLE, HEAD -> ending.close();
      case LINGERING, CLOSED -> {}
    }
  }

  @Override
  public void close() {
    ending.close();
  }

  // Time.

  @Override
  public void tick(long passed) {
    try {
      side.tick();
      look(stage.lapse(passed, exchange, side.writer().written()));
    } catch (Throwable e) { // Out of memory, say: the other connections are looked at all the same.
      broken(e);
    }
  }

  /** The client does not take its response, or not fast enough for what else is to be kept. */
  void stalled() {
    if (exchange != null) {
      exchange.clientGone();
    }
    ending.reset();
  }

  private void look(Stage.Lapse lapse) {
    switch (lapse) {
      case NONE -> {}
      case RESPONSE -> stalled();
      case BODY -> breakOff(Reason.REQUEST_TIMEOUT);
      case HEAD -> refuse(Reason.REQUEST_TIMEOUT, loop.ids().next(), false);
      case DRAIN -> linger();
      case CONNECTION -> ending.close();
      case LINE -> intake.lighten();
    }
  }
}
