package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to an upstream (RFC 9113), shared by the exchanges on its streams. It is
 * always read: what bounds memory is that the window of a stream is given back only as its client
 * takes the bytes (rule 136). Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write shows as an error of the codec
final class MultiplexedConnection extends Http2FrameAdapter implements Http2Codec.Listener {
  /** Stream ids do not come back (RFC 9113 section 5.1.1). */
  private static final int LAST_ID = Integer.MAX_VALUE - 2;

  /** Hears whether the other side speaks HTTP/2 at all. */
  interface Beginning {
    /** Its SETTINGS came. */
    void begun();

    /** It ended before. */
    void failed(Throwable cause);
  }

  private final LoopPool pool;
  private final Channel channel;
  private final boolean tls;
  private final Http2Codec codec;
  private final Http2Connection.PropertyKey owner;
  private final Set<UpstreamStream> streams = new HashSet<>();
  private final Deadline idle;
  private @Nullable Beginning beginning;
  private boolean leaving;
  private boolean used;
  private boolean scheduled;
  private boolean freed;

  MultiplexedConnection(LoopPool pool, Channel channel, boolean tls, Beginning beginning) {
    this.pool = pool;
    this.channel = channel;
    this.tls = tls;
    this.beginning = beginning;
    this.codec = Http2Codec.of(this, channel.eventLoop().ticker());
    this.owner = codec.connection().newKey();
    this.idle = new Deadline(channel.eventLoop(), this::retire);
  }

  /** Greets the other side. */
  void start() {
    codec.encoder().flowController().listener(this::writabilityChanged);
    codec.connection().addListener(new Closings());
    channel.pipeline().addLast(codec);
    try {
      var flow = codec.connection().local().flowController();
      int more = Http2Codec.CONNECTION_WINDOW - flow.initialWindowSize();
      flow.incrementWindowSize(codec.connection().connectionStream(), more);
    } catch (Http2Exception e) {
      throw new IllegalStateException("connection window", e);
    }
    channel.config().setAutoRead(true);
    channel.flush();
  }

  Channel channel() {
    return channel;
  }

  EventLoop loop() {
    return pool.loop();
  }

  RequestHeadWriter heads() {
    return pool.heads();
  }

  boolean tls() {
    return tls;
  }

  /** Whether it carries nothing. */
  boolean isIdle() {
    return streams.isEmpty();
  }

  /** Number of exchanges on it. */
  int load() {
    return streams.size();
  }

  /** Whether it can carry one more exchange now. */
  boolean hasRoom() {
    var local = codec.connection().local();
    return !leaving
        && channel.isActive()
        && streams.size() < Http2Codec.MAX_STREAMS
        && local.canOpenStream()
        && local.lastStreamCreated() < LAST_ID;
  }

  /** Carries one more exchange. */
  void begin(Exchange exchange) {
    var stream = new UpstreamStream(this, exchange, used);
    used = true;
    streams.add(stream);
    idle.none();
    pool.streamBegun(this);
    exchange.connected(stream);
  }

  /** Sends a request head; null when that failed, of which the stream hears. */
  @Nullable Http2Stream open(UpstreamStream stream, Http2Headers fields, boolean ends) {
    int id = codec.connection().local().incrementAndGetNextStreamId();
    codec.encoder().writeHeaders(ctx(), id, fields, 0, ends, channel.newPromise());
    Http2Stream opened = codec.connection().stream(id);
    if (opened == null) {
      loop().execute(() -> stream.lost(true));
      return null;
    }
    opened.setProperty(owner, stream);
    codec.budget().earn();
    turnSoon();
    return opened;
  }

  void send(Http2Stream stream, ByteBuf part, boolean ends) {
    codec.encoder().writeData(ctx(), stream.id(), part, 0, ends, channel.newPromise());
    codec.budget().earn();
    turnSoon();
  }

  void sendTrailers(Http2Stream stream, Http2Headers fields) {
    codec.encoder().writeHeaders(ctx(), stream.id(), fields, 0, true, channel.newPromise());
    turnSoon();
  }

  /** A part that only ends a stream. */
  ByteBuf nothing() {
    return Unpooled.EMPTY_BUFFER;
  }

  boolean isWritable(Http2Stream stream) {
    return codec.encoder().flowController().isWritable(stream);
  }

  /** So many bytes of a response went to its client. */
  void consume(Http2Stream stream, int size) {
    try {
      if (codec.connection().local().flowController().consumeBytes(stream, size)) {
        turnSoon();
      }
    } catch (Http2Exception e) {
      codec.onError(ctx(), true, e);
    }
  }

  /** An exchange is done with its stream; {@code reset} says that the upstream may not be. */
  void ended(UpstreamStream stream, @Nullable Http2Stream on, boolean reset) {
    if (on != null) {
      on.removeProperty(owner);
      boolean stuck = codec.encoder().flowController().hasFlowControlled(on);
      if ((reset || stuck) && on.state() != Http2Stream.State.CLOSED) {
        codec.resetStream(ctx(), on.id(), Http2Error.CANCEL.code(), channel.newPromise());
        turnSoon();
      }
    }
    if (streams.remove(stream)) {
      pool.streamEnded(this);
      freed = true;
      turnSoon();
    }
  }

  /** Nothing is on it: it is kept for so long at most. */
  void rest(long nanos) {
    if (leaving) {
      close();
    } else {
      idle.in(nanos);
    }
  }

  /** Takes no more exchanges, and is closed once those it has are over. */
  void retire() {
    leaving = true;
    if (streams.isEmpty()) {
      close();
    }
  }

  /** Says goodbye, and closes. */
  void close() {
    leaving = true;
    idle.stop();
    if (channel.isActive() && !codec.connection().goAwaySent()) {
      codec.goAway(
          ctx(), 0, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, channel.newPromise());
      channel.flush();
    }
    channel.close();
  }

  /** Ends it, whatever its exchanges still want. */
  void abort() {
    leaving = true;
    List.copyOf(streams).forEach(UpstreamStream::aborted);
    close();
  }

  private ChannelHandlerContext ctx() {
    return channel.pipeline().context(codec);
  }

  /** What is to be sent leaves together, and a place that became free is seen to then. */
  private void turnSoon() {
    if (!scheduled) {
      scheduled = true;
      loop().execute(this::turn);
    }
  }

  private void turn() {
    scheduled = false;
    channel.flush();
    if (freed) {
      freed = false;
      pool.freed(this);
    }
  }

  private @Nullable UpstreamStream of(@Nullable Http2Stream stream) {
    return stream == null ? null : stream.getProperty(owner);
  }

  private @Nullable UpstreamStream of(int id) {
    return of(codec.connection().stream(id));
  }

  private void writabilityChanged(Http2Stream stream) {
    UpstreamStream changed = of(stream);
    if (changed != null && isWritable(stream)) {
      changed.writable();
    }
  }

  /** The codec counts a stream until it has ended both ways, which may be later than for us. */
  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      freed = true;
      turnSoon();
    }
  }

  // What the codec reports.

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    Beginning first = beginning;
    beginning = null;
    if (first != null) {
      first.begun();
    } else {
      pool.roomChanged(this);
    }
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endStream) {
    UpstreamStream stream = of(streamId);
    if (stream != null) {
      stream.fields(headers, endStream);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
    UpstreamStream stream = of(streamId);
    return padding + (stream == null ? data.readableBytes() : stream.data(data, endOfStream));
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
    UpstreamStream stream = of(streamId);
    if (stream != null) {
      stream.lost(errorCode == Http2Error.REFUSED_STREAM.code());
    }
  }

  /** Streams beyond the last one that the upstream names were never looked at (section 6.8). */
  @Override
  public void onGoAwayRead(
      ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
    leaving = true;
    List.copyOf(streams).forEach(stream -> stream.lostBeyond(lastStreamId));
    retire();
  }

  @Override
  public void onPushPromiseRead(
      ChannelHandlerContext ctx, int streamId, int promised, Http2Headers headers, int padding)
      throws Http2Exception {
    throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "push was switched off");
  }

  @Override
  public void streamFailed(Http2Stream stream, boolean outbound) {
    UpstreamStream failed = of(stream);
    if (failed != null && outbound) {
      failed.lost(false);
    } else if (failed != null) {
      failed.invalid();
    }
  }

  @Override
  public void connectionFailed(boolean outbound, Throwable cause) {
    leaving = true;
    failedToBegin(cause);
    for (UpstreamStream stream : List.copyOf(streams)) {
      if (outbound) {
        stream.lost(false);
      } else {
        stream.invalid();
      }
    }
  }

  @Override
  public void connectionGone() {
    leaving = true;
    idle.stop();
    failedToBegin(new java.nio.channels.ClosedChannelException());
    List.copyOf(streams).forEach(stream -> stream.lost(false));
  }

  private void failedToBegin(Throwable cause) {
    Beginning first = beginning;
    beginning = null;
    if (first != null) {
      first.failed(cause);
    }
  }
}
