package dev.bearward.proxy;

import dev.bearward.access.IdentityNames;
import dev.bearward.access.Permit;
import dev.bearward.http.HeaderView;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** One stream of an HTTP/2 connection: carries one exchange. Event loop only. */
final class UpstreamStream implements Carrier {
  private static final String GRPC = "application/grpc";

  private final MultiplexedConnection connection;
  private final Exchange exchange;
  private final boolean reused;
  private final Http2Response response;
  private final Deadline deadline;
  private @Nullable Http2Stream stream;
  private boolean over;
  private boolean answered;
  private boolean unprocessed;
  private int unread;

  /**
   * @param reused whether the connection has carried others before
   */
  UpstreamStream(MultiplexedConnection connection, Exchange exchange, boolean reused) {
    this.connection = connection;
    this.exchange = exchange;
    this.reused = reused;
    this.response = new Http2Response(exchange.isHead());
    this.deadline = new Deadline(connection.loop(), exchange::timedOut);
  }

  @Override
  public boolean head(Permit permit, RequestHead head, RequestBody framing, boolean upgrade) {
    HeadBytes bytes = connection.heads().write(permit, head, framing, false);
    if (bytes == null) {
      return false;
    }
    Http2Headers fields = Http2Fields.request(bytes, connection.tls(), wantsTrailers(head));
    stream = connection.open(this, fields, framing.length() == 0);
    return true;
  }

  /** Whether the client takes trailers, as every gRPC client does. */
  private static boolean wantsTrailers(RequestHead head) {
    HeaderView headers = head.headers();
    String type = headers.first("Content-Type");
    String te = headers.first("TE");
    return (type != null && isGrpc(type)) || (te != null && te.equalsIgnoreCase("trailers"));
  }

  /** gRPC-Web is another type; its trailers stand in its body. */
  private static boolean isGrpc(String type) {
    return type.regionMatches(true, 0, GRPC, 0, GRPC.length())
        && !type.regionMatches(true, GRPC.length(), "-web", 0, 4);
  }

  @Override
  public void part(ByteBuf part) {
    Http2Stream to = stream;
    if (to == null) {
      part.release();
    } else {
      connection.send(to, part, false);
    }
  }

  @Override
  public void end(HttpHeaders trailers, IdentityNames own) {
    Http2Stream to = stream;
    if (to == null) {
      return;
    }
    HeadBytes bytes = connection.heads().writeLastChunk(trailers, own);
    Http2Headers fields = bytes == null ? null : Http2Fields.trailers(bytes);
    if (fields == null || fields.isEmpty()) {
      connection.send(to, connection.nothing(), true);
    } else {
      connection.sendTrailers(to, fields);
    }
  }

  @Override
  public boolean isWritable() {
    Http2Stream to = stream;
    return to != null && connection.isWritable(to);
  }

  @Override
  public void readOn() {
    Http2Stream from = stream;
    int size = unread;
    unread = 0;
    if (from != null && size > 0) {
      connection.consume(from, size);
    }
  }

  @Override
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public boolean isReused() {
    return reused;
  }

  @Override
  public boolean hasAnswered() {
    return answered;
  }

  @Override
  public boolean isUnprocessed() {
    return unprocessed;
  }

  @Override
  public void unused() {
    finished(true);
  }

  @Override
  public void finished(boolean requestSent) {
    if (leave()) {
      connection.ended(this, stream, !requestSent);
    }
  }

  @Override
  public void abandon() {
    finished(false);
  }

  private boolean leave() {
    boolean first = !over;
    over = true;
    deadline.stop();
    return first;
  }

  // What the connection reports.

  /** The upstream has taken no stream beyond that one. */
  void lostBeyond(int lastStreamId) {
    Http2Stream mine = stream;
    if (mine != null && mine.id() > lastStreamId) {
      lost(true);
    }
  }

  /** A head or trailers came. */
  void fields(Http2Headers from, boolean ends) {
    HttpHeaders fields = Http2Response.fields(from);
    answered = true;
    if (fields == null) {
      exchange.invalid();
    } else if (response.begun()) {
      trailers(fields);
    } else {
      head(Http2Response.status(from), fields, ends);
    }
  }

  private void head(int status, HttpHeaders fields, boolean ends) {
    if (status < 0 || (status < 200 && ends)) {
      exchange.invalid();
    } else if (status < 200) {
      ResponseFields.strip(fields, false);
      exchange.interim(status, fields);
    } else if (response.head(status, fields, ends)) {
      long length = response.length(status, ends);
      ResponseFields.strip(fields, length < 0);
      exchange.head(status, HttpResponseStatus.valueOf(status).reasonPhrase(), fields, length);
      if (ends && !over) {
        exchange.complete(EmptyHttpHeaders.INSTANCE);
      }
    } else {
      exchange.invalid();
    }
  }

  private void trailers(HttpHeaders fields) {
    if (response.ends()) {
      exchange.complete(TrailerFields.allowed(fields));
    } else {
      exchange.invalid();
    }
  }

  /**
   * A part of the body came.
   *
   * @return bytes of it that may be followed by others now
   */
  int data(ByteBuf part, boolean ends) {
    int size = part.readableBytes();
    if (!response.begun() || !response.data(size)) {
      exchange.invalid();
      return size;
    }
    if (size > 0) {
      exchange.part(part.retain());
    }
    if (ends && !over) {
      if (response.ends()) {
        exchange.complete(EmptyHttpHeaders.INSTANCE);
      } else {
        exchange.invalid();
      }
    }
    if (over || exchange.readsOn()) {
      return size;
    }
    unread += size;
    return 0;
  }

  /** More of the request body may be sent. */
  void writable() {
    exchange.upstreamWritable();
  }

  /** The upstream broke the protocol on this stream. */
  void invalid() {
    exchange.invalid();
  }

  /** The gateway ends the connection. */
  void aborted() {
    exchange.aborted();
  }

  /**
   * Nothing more comes.
   *
   * @param refused whether the upstream says that it never looked at the request
   */
  void lost(boolean refused) {
    unprocessed = refused && !answered;
    if (leave()) {
      connection.ended(this, stream, true);
      exchange.lost(this);
    }
  }
}
