package dev.bearward.server;

import dev.bearward.http.Peer;
import dev.bearward.http.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import java.util.Arrays;
import java.util.Comparator;

/** The open streams of one HTTP/2 connection: what comes on them goes to their exchanges. */
final class Http2Streams extends Http2ConnectionAdapter {
  private static final Http2Side[] NONE = {};

  private final Http2Session session;
  private final ServerContext server;
  private final LoopState loop;
  private final Peer peer;
  private final Http2Requests requests;
  private final IntObjectHashMap<Http2Side> sides = new IntObjectHashMap<>();
  private final StreamPasts pasts = new StreamPasts();

  Http2Streams(
      Http2Session session,
      ServerContext server,
      LoopState loop,
      Peer peer,
      Http2Requests requests) {
    this.session = session;
    this.server = server;
    this.loop = loop;
    this.peer = peer;
    this.requests = requests;
  }

  /** Whether none is open. */
  boolean isEmpty() {
    return sides.isEmpty();
  }

  /** All that are open; they may close meanwhile. */
  Http2Side[] all() {
    return sides.values().toArray(NONE);
  }

  /** Ends all, whatever becomes of their responses. */
  void leave() {
    for (Http2Side side : all()) {
      sides.remove(side.stream());
      side.closed(false);
    }
  }

  /**
   * Keeps what the client leaves unread within bounds: of a connection that holds too much those
   * streams are reset that it has left alone for longest, and long enough.
   */
  void limitUnread(UnsentBytes unsent) {
    long excess = unsent.excess();
    if (excess <= 0) {
      return;
    }
    Http2Side[] all = all();
    Arrays.sort(all, Comparator.comparingLong(side -> -side.output().still()));
    for (Http2Side side : all) {
      if (excess <= 0 || side.output().still() < Http2Bounds.UNREAD.toNanos()) {
        return;
      }
      excess -= side.output().pending();
      session.reset(side.stream(), Http2Error.CANCEL);
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
        refuse(add(new Http2Side(session, stream, request, id, 0), last), reason);
      }
      case Http2Requests.Sound(var request, var plain, int cost) -> {
        String id = request.head().requestId();
        Http2Side side = add(new Http2Side(session, stream, plain, id, cost), last);
        if (session.fits()) {
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
    session.busy();
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
      if (session.codec().connection().stream(stream) == null) {
        session.codec().connection().remote().createStream(stream, false);
      }
    } catch (Http2Exception e) {
      return false;
    }
    String id = loop.ids().next();
    server.listener().refused(peer, Reason.HEADER_TOO_LARGE, id);
    var unread = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    refuse(add(new Http2Side(session, stream, unread, id, 0), false), Reason.HEADER_TOO_LARGE);
    return true;
  }

  /** A part of a request body; the bytes of it that were consumed. */
  int data(int stream, ByteBuf data, boolean last) {
    Http2Side side = sides.get(stream);
    if (side == null) {
      return data.readableBytes();
    }
    session.budgets().allow(FrameKind.PING, data.isReadable() ? 1 : 0);
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
    if (!session.budgets().take(FrameKind.FAULT)) {
      session.end(Http2Error.ENHANCE_YOUR_CALM);
    }
  }

  /**
   * A frame came on a stream that is closed; false when it is no more than a fault of that stream.
   */
  boolean isOver(int stream) {
    return switch (pasts.of(stream)) {
      case PASSED_OVER -> {
        session.end(Http2Error.PROTOCOL_ERROR);
        yield true;
      }
      case ENDED -> {
        session.end(Http2Error.STREAM_CLOSED);
        yield true;
      }
      case RESET -> {
        if (!session.budgets().take(FrameKind.LATE)) {
          session.end(Http2Error.ENHANCE_YOUR_CALM);
        }
        yield true;
      }
      case UNKNOWN -> false;
    };
  }

  @Override
  public void onStreamAdded(Http2Stream stream) {
    pasts.begun(stream.id());
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Side side = sides.get(stream.id());
    if (stream.isResetSent()) {
      pasts.closed(stream.id(), StreamPasts.Past.RESET);
    } else if (side != null && side.isComplete()) {
      pasts.closed(stream.id(), StreamPasts.Past.ENDED);
    }
    closed(stream.id(), false);
  }

  private void closed(int stream, boolean byClient) {
    Http2Side side = sides.remove(stream);
    if (side == null) {
      return;
    }
    side.closed(byClient);
    if (sides.isEmpty()) {
      session.idle();
    }
  }
}
