package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.AsciiString;

/**
 * One client connection that speaks HTTP/2: the limits that its streams share, the time, and the
 * end.
 */
final class Http2Session implements Attended {
  /** How far the connection has come. */
  private enum Phase {
    OPEN,
    /** GOAWAY was sent; requests that were on their way are still taken (RFC 9113 section 6.8). */
    LAST_CALL,
    /** No new streams; those there are end. */
    LEAVING,
    /** The last GOAWAY was sent and our side is shut; what still comes is thrown away. */
    LINGERING,
    CLOSED
  }

  /** WINDOW_UPDATE frames that are granted for each so many bytes of DATA. */
  private static final int UPDATES = 4;

  private static final int LEAST_DATA = 4096;

  private final ServerContext server;
  private final LoopState loop;
  private final Channel channel;
  private final Peer peer;
  private final Farewell farewell;
  private final Http2Heads heads;
  private final FrameBudgets budgets = new FrameBudgets();
  private final UnsentBytes unsent;
  private final Http2Streams streams;
  private final Http2Codec codec;
  private final HeadMemory.Share share;
  private final Watch watch;
  private final WaitingLine.Place<Attended> place = new WaitingLine.Place<>(this);
  private final AsciiString requestIdField;
  private Phase phase = Phase.OPEN;
  private long held;
  private long blockAge;
  private boolean inBlock;

  Http2Session(
      ServerContext server,
      LoopState loop,
      Channel channel,
      Peer peer,
      HeadReader reader,
      Farewell farewell) {
    this.server = server;
    this.loop = loop;
    this.channel = channel;
    this.peer = peer;
    this.farewell = farewell;
    this.requestIdField = server.requestIdField();
    this.heads = new Http2Heads(loop, requestIdField);
    this.share = loop.heads().new Share();
    this.unsent = new UnsentBytes(loop.unsent(), this::lookAll);
    this.watch = new Watch(server.timeouts(), loop.tickNanos(), channel);
    this.codec = Http2Codec.of(this, server.limits());
    this.streams =
        new Http2Streams(
            this, server, loop, peer, new Http2Requests(reader, loop.ids(), server.limits()));
    codec.connection().addListener(streams);
  }

  /** The handler to stand in the pipeline. */
  Http2Codec codec() {
    return codec;
  }

  /** Waits for the first request. */
  void begin() {
    loop.add(this);
    watch.begin(server.timeouts().header());
    place.join(loop.idle());
    if (server.draining()) {
      lastCall();
    }
    readOn();
  }

  // What the streams use.

  EventLoop loop() {
    return loop.loop();
  }

  Http2Heads heads() {
    return heads;
  }

  FrameBudgets budgets() {
    return budgets;
  }

  ServerSettings.Timeouts timeouts() {
    return server.timeouts();
  }

  StreamOutput output(int stream, Runnable whenWritable) {
    return new StreamOutput(
        codec, unsent, stream, timeouts().idle(), whenWritable, () -> unread(stream));
  }

  /** What waits for the client on that stream cannot be kept. */
  private void unread(int stream) {
    if (channel.isWritable()) {
      codec.reset(stream, Http2Error.CANCEL);
    } else {
      stalled(); // The reset would have to wait, and with it what the stream holds.
    }
  }

  private void stalled() {
    farewell.reset();
    close();
  }

  /** Whether a field never comes a second time with that value, so that none is remembered. */
  boolean isUnique(CharSequence name, CharSequence value) {
    return requestIdField.contentEqualsIgnoreCase(name)
        || HttpHeaderNames.SET_COOKIE.contentEqualsIgnoreCase(name);
  }

  /** So much more memory is taken by requests, in bytes. */
  void hold(int bytes) {
    held += bytes;
  }

  /** Bytes of a request body have gone where they belong. */
  void consumed(int stream, int bytes) {
    if (phase != Phase.CLOSED && phase != Phase.LINGERING) {
      codec.consumed(stream, bytes);
    }
  }

  /** Whether the client could send more of a request body, and it would be read. */
  boolean awaits(int stream) {
    return channel.isWritable() && codec.mayReceive(stream);
  }

  /** Ends a stream at once. */
  void reset(int stream, Http2Error why) {
    codec.reset(stream, why);
  }

  /** A response went its way: a client may ask, update windows and take back a little more. */
  void responseWritten() {
    budgets.allow(FrameKind.RESET, 1);
    budgets.allow(FrameKind.WINDOW_UPDATE, 10);
    budgets.allow(FrameKind.PING, 1);
    budgets.allow(FrameKind.PRIORITY, 2);
  }

  /** Bytes of a response have left. */
  void sent(int bytes) {
    budgets.allow(FrameKind.WINDOW_UPDATE, UPDATES * (1 + bytes / LEAST_DATA));
    budgets.allow(FrameKind.PING, 1);
  }

  /** A bug. */
  void broken(Throwable bug) {
    server.errors().log(bug);
  }

  private void lookAll() {
    for (Http2Side side : streams.all()) {
      side.look();
    }
  }

  Http2Streams streams() {
    return streams;
  }

  // Reading.

  /** All that came was decoded. */
  void readComplete() {
    if (!fits()) {
      crowdedOut();
    }
    awaitBlock(phase == Phase.OPEN && codec.frames().inBlock());
    readOn();
  }

  /** A header section that is not complete waits in line with the others. */
  private void awaitBlock(boolean begun) {
    if (begun && !inBlock) {
      place.join(loop.unfinished());
    } else if (!begun && inBlock) {
      place.leave();
      if (phase == Phase.OPEN && streams.isEmpty()) {
        place.join(loop.idle());
      }
    }
    blockAge = begun && inBlock ? blockAge : 0;
    inBlock = begun;
  }

  /** Whether there is memory for what is held. */
  boolean fits() {
    share.set(held + 2L * codec.frames().blockBytes());
    return loop.makeRoom();
  }

  /** Reads more; answers that the client does not take keep it from asking. */
  void readOn() {
    if (phase == Phase.LINGERING || (phase != Phase.CLOSED && channel.isWritable())) {
      channel.read();
    }
  }

  // The end.

  /** Ends the connection for a fault of the client's, with all streams. */
  void end(Http2Error why) {
    if (phase == Phase.LINGERING || phase == Phase.CLOSED) {
      return;
    }
    leaveStreams();
    codec.goodbye(why);
    linger();
  }

  private void leaveStreams() {
    phase = Phase.LINGERING;
    codec.discard();
    streams.leave();
  }

  /** A stream is open. */
  void busy() {
    place.leave();
  }

  /** No stream is open any more. */
  void idle() {
    if (phase == Phase.OPEN) {
      watch.begin(timeouts().idle());
      place.join(loop.idle());
    } else if (phase == Phase.LEAVING) {
      linger();
    }
  }

  /** Shuts our side once all is sent, and gives the client time to read it. */
  private void linger() {
    phase = Phase.LINGERING;
    place.leave();
    codec.discard();
    watch.begin(Bounds.LINGER);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (written.isSuccess() && phase == Phase.LINGERING) {
            farewell.say(said -> {
              if (!said.isSuccess()) {
                close();
              }
            });
          } else {
            close();
          }
        });
    readOn();
  }

  @Override
  public void close() {
    place.leave();
    var _ = channel.close();
  }

  /** The socket is closed. */
  void gone() {
    phase = Phase.CLOSED;
    leaveStreams();
    phase = Phase.CLOSED;
    place.leave();
    share.set(0);
    loop.remove(this);
    server.listener().connectionClosed();
  }

  @Override
  public void shed() {
    server.listener().refused(peer, Reason.OVERLOADED, loop.ids().next());
    codec.goodbye(streams.isEmpty() ? Http2Error.NO_ERROR : Http2Error.ENHANCE_YOUR_CALM);
    close();
  }

  @Override
  public void crowdedOut() {
    server.listener().refused(peer, Reason.OVERLOADED, loop.ids().next());
    end(Http2Error.ENHANCE_YOUR_CALM);
    share.set(0);
  }

  @Override
  public void lastCall() {
    if (phase == Phase.OPEN) {
      phase = Phase.LAST_CALL;
      watch.begin(Http2Bounds.LAST_REQUESTS);
      codec.leaving(Integer.MAX_VALUE);
    }
  }

  private void leave() {
    phase = Phase.LEAVING;
    codec.leaving(codec.connection().remote().lastStreamCreated());
    if (streams.isEmpty()) {
      linger();
    }
  }

  @Override
  public void cutOff() {
    for (Http2Side side : streams.all()) {
      side.breakOff(Reason.DRAINING);
    }
    channel.flush();
    end(Http2Error.NO_ERROR);
  }

  // Time.

  @Override
  public void tick(long passed) {
    try {
      look(passed);
    } catch (Throwable e) { // Out of memory, say: the other connections are looked at all the same.
      broken(e);
      close();
    }
  }

  private void look(long passed) {
    budgets.tick(passed);
    boolean over = watch.over(passed);
    if (watch.outputStalls(passed)) {
      stalled();
      return;
    }
    switch (phase) {
      case OPEN -> open(passed, over);
      case LAST_CALL -> {
        if (over) {
          leave();
        }
      }
      case LINGERING -> {
        if (over) {
          close();
        }
      }
      case LEAVING, CLOSED -> {}
    }
    for (Http2Side side : streams.all()) {
      side.tick(passed);
    }
    if (Watch.unsent(channel) == 0) {
      streams.limitUnread(unsent); // It is the client that holds things back, not the line.
    }
  }

  private void open(long passed, boolean over) {
    if (codec.frames().inBlock()) {
      blockAge += passed;
      if (blockAge > timeouts().header().toNanos()) {
        server.listener().refused(peer, Reason.REQUEST_TIMEOUT, loop.ids().next());
        end(Http2Error.ENHANCE_YOUR_CALM);
      }
    } else if (over && streams.isEmpty()) {
      leave();
    }
  }
}
