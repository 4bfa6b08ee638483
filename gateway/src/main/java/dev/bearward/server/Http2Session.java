package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;

/**
 * One client connection that speaks HTTP/2: its streams, each with one exchange, the limits they
 * share, the time, and the end.
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

  private static final Http2Side[] NONE = {};

  private final ServerContext server;
  private final LoopState loop;
  private final Channel channel;
  private final Peer peer;
  private final Farewell farewell;
  private final Http2Requests requests;
  private final Http2Heads heads;
  private final FrameBudgets budgets = new FrameBudgets();
  private final UnsentBytes unsent = new UnsentBytes(this::lookAll);
  private final IntObjectHashMap<Http2Side> sides = new IntObjectHashMap<>();
  private final Http2Codec codec;
  private final HeadMemory.Share share;
  private final Watch watch;
  private final WaitingLine.Place place = new WaitingLine.Place(this);
  private final AsciiString requestIdField;
  private Phase phase = Phase.OPEN;
  private long held;
  private long blockAge;

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
    this.requests = new Http2Requests(reader, loop.ids(), server.limits());
    this.heads = new Http2Heads(loop, requestIdField);
    this.share = loop.heads().new Share();
    this.watch = new Watch(server.timeouts(), loop.tickNanos(), channel);
    this.codec = Http2Codec.of(this, server.limits());
    codec.connection().addListener(new Closings());
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
    return new StreamOutput(codec, unsent, stream, timeouts().idle(), whenWritable);
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

  /** A bug. */
  void broken(Throwable bug) {
    server.errors().log(bug);
  }

  private void lookAll() {
    for (Http2Side side : all()) {
      side.look();
    }
  }

  private Http2Side[] all() {
    return sides.values().toArray(NONE);
  }

  // Frames.

  /** The client's settings were taken over. */
  void settings() throws Http2Exception {
    var table = codec.encoder().configuration().headersConfiguration();
    if (table.maxHeaderTableSize() > Http2Bounds.MAX_HEADER_TABLE) {
      table.maxHeaderTableSize(Http2Bounds.MAX_HEADER_TABLE);
    }
  }

  /** A header section: of a request, or trailers. */
  void headers(int stream, Http2Headers headers, boolean last) throws Http2Exception {
    Http2Side side = sides.get(stream);
    if (side == null) {
      request(stream, headers, last);
      return;
    }
    HttpHeaders trailers = Http2Requests.trailers(headers);
    if (trailers == null) {
      throw malformed(stream);
    }
    side.complete(trailers);
  }

  private static Http2Exception malformed(int stream) {
    return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, "malformed");
  }

  private void request(int stream, Http2Headers headers, boolean last) throws Http2Exception {
    Service service = server.service();
    switch (requests.read(headers, last, service)) {
      case Http2Requests.Malformed _ -> throw malformed(stream);
      case Http2Requests.Refused(var reason, var id, var request) -> {
        server.listener().refused(peer, reason, id);
        refuse(add(new Http2Side(this, stream, request, id, 0), last), reason);
      }
      case Http2Requests.Sound(var request, var plain, int cost) -> {
        String id = request.head().requestId();
        Http2Side side = add(new Http2Side(this, stream, plain, id, cost), last);
        if (fits()) {
          side.begin(server, service, request);
        } else {
          server.listener().refused(peer, Reason.OVERLOADED, id);
          refuse(side, Reason.OVERLOADED);
        }
      }
    }
  }

  private Http2Side add(Http2Side side, boolean complete) {
    sides.put(side.stream(), side);
    place.leave();
    if (complete) {
      side.complete(EmptyHttpHeaders.INSTANCE);
    }
    return side;
  }

  private static void refuse(Http2Side side, Reason reason) {
    side.refuse(reason);
  }

  /** A header section was larger than is decoded; false when only its stream can end. */
  boolean headTooLarge(int stream) {
    Http2Side side = sides.get(stream);
    if (side != null) {
      side.breakOff(Reason.HEADER_TOO_LARGE);
      return true;
    }
    try {
      if (codec.connection().stream(stream) == null) {
        codec.connection().remote().createStream(stream, false);
      }
    } catch (Http2Exception e) {
      return false;
    }
    String id = loop.ids().next();
    server.listener().refused(peer, Reason.HEADER_TOO_LARGE, id);
    var unread = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    refuse(add(new Http2Side(this, stream, unread, id, 0), false), Reason.HEADER_TOO_LARGE);
    return true;
  }

  /** A part of a request body; the bytes of it that were consumed. */
  int data(int stream, ByteBuf data, boolean last) {
    Http2Side side = sides.get(stream);
    if (side == null) {
      return data.readableBytes();
    }
    budgets.allow(FrameKind.PING, data.isReadable() ? 1 : 0);
    int consumed = side.data(data);
    if (last) {
      side.complete(EmptyHttpHeaders.INSTANCE);
    }
    return consumed;
  }

  /** The client takes a request back. */
  void reset(int stream) {
    closed(stream, true);
  }

  /** A stream is about to be reset for what the client sent. */
  void streamFault(int stream, Http2Error why) {
    Http2Side side = sides.get(stream);
    if (side != null) {
      side.fault();
    } else if (why == Http2Error.PROTOCOL_ERROR) {
      server.listener().refused(peer, Reason.BAD_REQUEST, loop.ids().next());
    }
    if (!budgets.take(FrameKind.FAULT)) {
      end(Http2Error.ENHANCE_YOUR_CALM);
    }
  }

  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      closed(stream.id(), false);
    }
  }

  private void closed(int stream, boolean byClient) {
    Http2Side side = sides.remove(stream);
    if (side == null) {
      return;
    }
    side.closed(byClient);
    if (sides.isEmpty()) {
      idle();
    }
  }

  private void idle() {
    if (phase == Phase.OPEN) {
      watch.begin(timeouts().idle());
      place.join(loop.idle());
    } else if (phase == Phase.LEAVING) {
      linger();
    }
  }

  // Reading.

  /** All that came was decoded. */
  void readComplete() {
    if (!fits()) {
      crowdedOut();
    }
    if (phase == Phase.OPEN && codec.frames().inBlock()) {
      if (blockAge == 0) {
        place.join(loop.unfinished());
      }
    } else if (blockAge > 0 || !sides.isEmpty()) {
      blockAge = 0;
      place.leave();
      if (sides.isEmpty()) {
        idle();
      }
    }
    readOn();
  }

  /** Whether there is memory for what is held. */
  private boolean fits() {
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
    for (Http2Side side : all()) {
      sides.remove(side.stream());
      side.closed(false);
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

  /** Closes the socket. */
  void close() {
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
    codec.goodbye(sides.isEmpty() ? Http2Error.NO_ERROR : Http2Error.ENHANCE_YOUR_CALM);
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
    if (sides.isEmpty()) {
      linger();
    }
  }

  @Override
  public void cutOff() {
    for (Http2Side side : all()) {
      side.breakOff(Reason.DRAINING);
    }
    channel.flush();
    end(Http2Error.NO_ERROR);
    close();
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
    if (watch.responseStalls(passed)) {
      farewell.reset();
      close();
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
    for (Http2Side side : all()) {
      side.tick(passed);
    }
  }

  private void open(long passed, boolean over) {
    if (codec.frames().inBlock()) {
      blockAge += passed;
      if (blockAge > timeouts().header().toNanos()) {
        server.listener().refused(peer, Reason.REQUEST_TIMEOUT, loop.ids().next());
        end(Http2Error.ENHANCE_YOUR_CALM);
      }
    } else if (over && sides.isEmpty()) {
      leave();
    }
  }
}
