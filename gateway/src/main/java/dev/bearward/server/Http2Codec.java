package dev.bearward.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's HTTP/2, all its checks on, with our own in front and around: frames are counted before
 * they are decoded, when to read is the session's decision, and what goes wrong ends streams and
 * connection as the session wants it. Priorities are not followed (RFC 9113 section 5.3.2), so
 * nothing is kept for them.
 */
final class Http2Codec extends Http2ConnectionHandler {
  /**
   * The connection's window is opened again when so much of it is left: uploads that stand still
   * may hold three quarters of it, and the others have to get on with what remains.
   */
  private static final float WINDOW_LEFT = 0.9f;

  private final Http2Session session;
  private final DefaultHttp2LocalFlowController windows;
  private final FrameWatch frames;
  private final List<StreamOutput> turn = new ArrayList<>();
  private final Runnable flushLater = this::flushTurn;
  private @Nullable ChannelHandlerContext context;
  private boolean discarding;

  private Http2Codec(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Http2Session session,
      DefaultHttp2LocalFlowController windows) {
    super(decoder, encoder, settings, true);
    this.session = session;
    this.windows = windows;
    this.frames = new FrameWatch(session.budgets());
  }

  /** Makes the codec of a connection. */
  static Http2Codec of(Http2Session session, ServerSettings.Limits limits) {
    Http2Connection connection = new DefaultHttp2Connection(true);
    connection
        .remote()
        .flowController(
            new DefaultHttp2RemoteFlowController(
                connection, new UniformStreamByteDistributor(connection)));
    var windows = new DefaultHttp2LocalFlowController(connection);
    connection.local().flowController(windows);
    return new Builder(session, windows).of(connection, limits);
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
    private static final int FIELD_OVERHEAD = 32;
    private final Http2Session session;
    private final DefaultHttp2LocalFlowController windows;

    Builder(Http2Session session, DefaultHttp2LocalFlowController windows) {
      this.session = session;
      this.windows = windows;
    }

    /** Budgets of ours stand in place of those that are switched off here. */
    Http2Codec of(Http2Connection connection, ServerSettings.Limits limits) {
      long most =
          (long) limits.headers()
              + limits.requestLine()
              + (long) FIELD_OVERHEAD * limits.headerCount();
      return connection(connection)
          .frameListener(new Http2Events(session))
          .initialSettings(
              new Http2Settings()
                  .maxConcurrentStreams(Http2Bounds.MAX_STREAMS)
                  .initialWindowSize(Http2Bounds.STREAM_WINDOW)
                  .maxHeaderListSize(most)
                  .connectProtocolEnabled(true))
          .headerSensitivityDetector(session::isUnique)
          .encoderIgnoreMaxHeaderListSize(true)
          .encoderEnforceMaxQueuedControlFrames(Http2Bounds.MAX_QUEUED_ANSWERS)
          .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
          .decoderEnforceMaxRstFramesPerWindow(0, 1)
          .encoderEnforceMaxRstFramesPerWindow(0, 1)
          .validateRequiredPseudoHeaders(true)
          .build();
    }

    @Override
    protected Http2Codec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Codec(decoder, encoder, settings, session, windows);
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("HTTP/2: not in a pipeline");
    }
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    context = ctx;
    super.handlerAdded(ctx);
    Http2Stream whole = connection().connectionStream();
    windows.windowUpdateRatio(whole, WINDOW_LEFT);
    windows.incrementWindowSize(whole, Http2Bounds.CONNECTION_WINDOW - windows.initialWindowSize());
    ctx.flush();
  }

  // Reading.

  FrameWatch frames() {
    return frames;
  }

  /** The client's settings were taken over. */
  void settings() throws Http2Exception {
    var table = encoder().configuration().headersConfiguration();
    if (table.maxHeaderTableSize() > Http2Bounds.MAX_HEADER_TABLE) {
      table.maxHeaderTableSize(Http2Bounds.MAX_HEADER_TABLE);
    }
  }

  /** Whatever still comes is thrown away. */
  void discard() {
    discarding = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (discarding) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf part && !frames.look(part)) {
      part.release();
      session.end(Http2Error.ENHANCE_YOUR_CALM);
    } else {
      super.channelRead(ctx, message);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (discarding) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(ctx, in, out);
    }
  }

  /** Whether to read on is the session's decision alone. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    flush(ctx);
    session.readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    session.readOn();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    session.gone();
  }

  /** Opens a stream's window again, and the connection's, by bytes that were taken. */
  void consumed(int id, int bytes) {
    Http2Stream stream = connection().stream(id);
    if (stream == null) {
      return; // With the stream Netty gives back what was not consumed.
    }
    try {
      if (decoder().flowController().consumeBytes(stream, bytes)) {
        flushSoon();
      }
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  /** Whether the client's windows let it send on that stream. */
  boolean mayReceive(int id) {
    Http2Stream stream = connection().stream(id);
    Http2LocalFlowController windows = decoder().flowController();
    return stream != null
        && windows.windowSize(stream) > 0
        && windows.windowSize(connection().connectionStream()) > 0;
  }

  // Faults.

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception fault) {
    if (fault == null && !(cause instanceof IOException)) {
      session.broken(cause);
    }
    session.end(fault == null ? Http2Error.INTERNAL_ERROR : fault.error());
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException fault) {
    if (outbound) {
      // What could not be written any more: the stream is closed, or about to be.
      reset(fault.streamId(), fault.error());
      return;
    }
    int stream = fault.streamId();
    if (fault.error() == Http2Error.STREAM_CLOSED
        && connection().stream(stream) == null
        && session.streams().isOver(stream)) {
      return;
    }
    boolean tooLarge =
        fault instanceof Http2Exception.HeaderListSizeException size && size.duringDecode();
    if (!tooLarge || !session.streams().headTooLarge(stream)) {
      begun(stream);
      Http2Error why = isLateSection(fault) ? Http2Error.STREAM_CLOSED : fault.error();
      session.streams().streamFault(stream, why);
      var _ = resetStream(ctx, stream, why.code(), ctx.newPromise());
    }
  }

  /**
   * Of a header section on a stream that the client has ended Netty says that it is malformed; what
   * is wrong with it is that it comes at all (RFC 9113 section 5.1).
   */
  private boolean isLateSection(Http2Exception.StreamException fault) {
    Http2Stream stream = connection().stream(fault.streamId());
    return stream != null
        && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
        && stream.isTrailersReceived()
        && String.valueOf(fault.getMessage()).contains("too many headers");
  }

  /**
   * A stream that is reset before Netty has opened it (malformed, one too many) was begun all the
   * same: what follows on it was on its way, and is no fault of the connection.
   */
  private void begun(int stream) {
    Http2Connection.Endpoint<?> client = connection().remote();
    if (!client.isValidStreamId(stream) || client.mayHaveCreatedStream(stream)) {
      return;
    }
    int most = client.maxActiveStreams();
    client.maxActiveStreams(Integer.MAX_VALUE);
    try {
      var _ = client.createStream(stream, true);
    } catch (Http2Exception e) {
      // It stays unknown: after GOAWAY, say, when what comes on it is ignored as it is.
    } finally {
      client.maxActiveStreams(most);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      session.close();
    } else {
      onError(ctx, false, cause);
    }
  }

  // Writing.

  /** Writes a header section. */
  void headers(int stream, Http2Headers headers, boolean last) {
    ChannelHandlerContext ctx = context();
    if (connection().stream(stream) != null) {
      var _ = encoder().writeHeaders(ctx, stream, headers, 0, last, ctx.newPromise());
    }
  }

  /** Writes a part of a body and owns it; complete when it has left. */
  ChannelPromise data(int stream, ByteBuf part, boolean last) {
    ChannelHandlerContext ctx = context();
    ChannelPromise written = ctx.newPromise();
    var _ = encoder().writeData(ctx, stream, part, 0, last, written);
    return written;
  }

  /** Ends a stream at once. */
  void reset(int stream, Http2Error why) {
    ChannelHandlerContext ctx = context();
    if (connection().stream(stream) != null) {
      var _ = resetStream(ctx, stream, why.code(), ctx.newPromise());
      flushSoon();
    }
  }

  /** Announces that streams beyond the last will not be served; those before are. */
  void leaving(int lastStream) {
    ChannelHandlerContext ctx = context();
    var _ =
        goAway(
            ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    flush(ctx);
  }

  /** Writes the last frame of the connection. */
  void goodbye(Http2Error why) {
    ChannelHandlerContext ctx = context();
    int last = connection().remote().lastStreamCreated();
    var _ =
        encoder()
            .frameWriter()
            .writeGoAway(ctx, last, why.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    ctx.flush();
  }

  /** Flushes at the end of this turn of the event loop, after that output's held parts. */
  void flushSoon(StreamOutput output) {
    if (turn.isEmpty()) {
      context().executor().execute(flushLater);
    }
    turn.add(output);
  }

  private void flushSoon() {
    context().executor().execute(() -> flush(context()));
  }

  /** So many bytes of a response have left: the client may update its windows for them. */
  void sent(int bytes) {
    session.sent(bytes);
  }

  private void flushTurn() {
    // Outputs that come meanwhile wait for the next turn.
    StreamOutput[] outputs = turn.toArray(StreamOutput[]::new);
    turn.clear();
    for (StreamOutput output : outputs) {
      output.turnOver();
    }
    if (!context().isRemoved()) {
      flush(context());
    }
  }
}
