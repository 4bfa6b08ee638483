package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.proxy.PlainHead;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/** The client's side of one exchange over HTTP/2: one stream. Ends with it, whoever ends it. */
final class Http2Side implements ClientSide {
  private final Http2Session session;
  private final int stream;
  private final String id;
  private final boolean isHead;
  private final boolean grpc;
  private final int cost;
  private final StreamOutput output;
  private final StreamBody body;
  private final Steps steps;
  private final UploadPace uploadPace;
  private @Nullable Exchange exchange;
  private @Nullable StreamTunnel tunnel;
  private @Nullable UnwantedBody unwanted;
  private boolean broken;

  /**
   * @param id the request's
   * @param cost memory that the request takes, about, in bytes
   */
  Http2Side(Http2Session session, int stream, HttpRequest request, String id, int cost) {
    this.session = session;
    this.stream = stream;
    this.id = id;
    this.isHead = request.method().equals(HttpMethod.HEAD);
    this.grpc = GrpcStatus.isGrpc(request.headers());
    this.cost = cost;
    this.output = session.output(stream, this::writable);
    this.body = new StreamBody(session, stream);
    this.steps = new Steps(session.loop(), this::broken);
    this.uploadPace = new UploadPace(session.timeouts().body());
    session.hold(cost);
  }

  int stream() {
    return stream;
  }

  // From the client.

  /** Begins the exchange. */
  void begin(ServerContext server, Service service, HeadReader.Sound request) {
    var begun = new Exchange(this, server, service, request, new Upload().of(request));
    exchange = begun;
    body.goesTo(new ToExchange(begun));
    steps.run(begun::begin);
  }

  /** The request body goes to an exchange. */
  private record ToExchange(Exchange exchange) implements StreamBody.Taker {
    @Override
    public boolean wants() {
      return exchange.wantsBody();
    }

    @Override
    public void take(ByteBuf part) {
      exchange.requestPart(part);
    }

    @Override
    public void end(HttpHeaders trailers) {
      exchange.requestEnd(trailers);
    }
  }

  /** Takes a part of the body; returns the bytes of it that were consumed. */
  int data(ByteBuf data) {
    UnwantedBody rest = unwanted;
    if (rest != null) {
      rest.came(data.readableBytes());
    }
    int[] consumed = {data.readableBytes()};
    steps.run(() -> consumed[0] = body.add(data));
    return consumed[0];
  }

  /** The request is complete. */
  void complete(HttpHeaders trailers) {
    steps.run(() -> body.end(trailers));
  }

  /** Whether the client has sent all of the request. */
  boolean isComplete() {
    return body.isComplete();
  }

  /** The stream is closed, by whomever. */
  void closed(boolean byClient) {
    output.close();
    body.close();
    session.hold(-cost);
    StreamTunnel joined = tunnel;
    if (joined != null) {
      joined.closed(byClient);
    } else if (exchange != null) {
      exchange.clientGone();
    }
  }

  /** What the client sent is no HTTP: the exchange is over, and the stream about to be. */
  void fault() {
    if (exchange != null && tunnel == null) {
      exchange.clientFault(Reason.BAD_REQUEST);
    }
  }

  /** Something on the client's side went wrong. */
  void breakOff(Reason reason) {
    if (tunnel != null) {
      session.reset(stream, Http2Error.CANCEL);
    } else if (exchange != null) {
      exchange.breakOff(reason);
    }
  }

  /** So much time has passed, in nanoseconds. */
  void tick(long passed) {
    Exchange current = exchange;
    UnwantedBody rest = unwanted;
    if (rest != null) {
      rest.tick(passed);
    } else if (tunnel != null) {
      return; // It has a time limit of its own.
    } else if (output.stalls(passed, isUnhurried(current))) {
      session.reset(stream, Http2Error.CANCEL);
    } else if (current != null && bodyStalls(passed, current)) {
      current.breakOff(Reason.REQUEST_TIMEOUT);
    }
  }

  /** Time in which other streams hold the connection's window is not the client's fault. */
  private boolean bodyStalls(long passed, Exchange current) {
    return !body.isComplete()
        && !output.hasEnded()
        && current.awaitsBody()
        && session.awaits(stream)
        && uploadPace.isTooSlow(passed, current, isUnhurried(current));
  }

  /**
   * A gRPC call may take its time between messages. Anybody can say that a request is one, so this
   * counts only where it holds no connection of the upstream's for itself.
   */
  private boolean isUnhurried(@Nullable Exchange current) {
    return grpc && current != null && current.isMultiplexed();
  }

  /** What waits for the client. */
  StreamOutput output() {
    return output;
  }

  /** Other streams have left room. */
  void look() {
    output.look();
  }

  private void writable() {
    StreamTunnel joined = tunnel;
    if (joined != null) {
      joined.writable();
    } else if (exchange != null) {
      steps.run(exchange::clientWritable);
    }
  }

  // From the exchange.

  @Override
  public EventLoop loop() {
    return session.loop();
  }

  @Override
  public int headBytes() {
    return cost;
  }

  @Override
  public void onLoop(Runnable step) {
    steps.run(step);
  }

  @Override
  public boolean isGrpc() {
    return grpc;
  }

  @Override
  public void forwarding() {
    uploadPace.begin();
  }

  @Override
  public void pumpBody() {
    body.pump();
  }

  @Override
  public boolean isWritable() {
    return output.isWritable();
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    output.interim(session.heads().informational(status, headers));
  }

  @Override
  public void head(int status, String phrase, HttpHeaders headers, long bodyLength, Permit permit) {
    boolean bodiless = isHead || status == 204 || status == 304;
    long told = status == 204 ? -1 : bodyLength;
    output.head(session.heads().forwarded(status, headers, told, permit, id), told, bodiless);
  }

  @Override
  public void head(PlainHead plain, Permit permit) {
    head(plain.status(), "", plain.headers(), plain.contentLength(), permit);
  }

  @Override
  public boolean body(ByteBuf part) {
    return output.body(part);
  }

  @Override
  public boolean end(HttpHeaders trailers) {
    return output.end(trailers.isEmpty() ? null : session.heads().trailers(trailers));
  }

  @Override
  public void refusal(Denial denial) {
    if (grpc) {
      output.head(session.heads().grpcRefusal(denial, id), -1, true);
    } else {
      output.head(session.heads().refusal(denial, id), -1, isHead);
      output.body(session.heads().problem(denial, id));
    }
    output.end(null);
  }

  /** Refuses what no exchange was made for. */
  void refuse(Reason reason) {
    refusal(Denial.unrouted(reason));
    responseWritten();
  }

  @Override
  public void answer(AccessDecision.Answer answer) {
    output.head(session.heads().answer(answer, id), -1, isHead);
    output.body(session.heads().body(answer));
    output.end(null);
  }

  @Override
  public void responseWritten() {
    session.responseWritten();
    if (!body.isComplete()) {
      body.discard();
      output.whenSent(this::wantNoMore);
    }
  }

  private void wantNoMore() {
    unwanted = new UnwantedBody(session, stream);
  }

  @Override
  public long bodyBytes() {
    return output.bodyBytes();
  }

  @Override
  public void unusable() {
    body.discard();
  }

  /** A reset tells the client beyond doubt, whatever of the response has left. */
  @Override
  public boolean takeBack() {
    return false;
  }

  @Override
  public void abort() {
    session.reset(stream, Http2Error.INTERNAL_ERROR);
  }

  @Override
  public void tunnel(HttpHeaders headers, Permit permit, Tunnel opened, Tunnel.Listener listener) {
    var end = new StreamTunnel(session, stream, output, body, opened, this::wantNoMore);
    tunnel = end;
    output.head(session.heads().forwarded(101, headers, -1, permit, id), -1, false);
    output.push();
    body.goesTo(end);
    opened.join(end, session.timeouts().webSocketIdle(), listener);
    body.pump();
  }

  @Override
  public void broken(Throwable bug) {
    boolean again = broken;
    broken = true;
    session.broken(bug);
    if (again || exchange == null) {
      session.reset(stream, Http2Error.INTERNAL_ERROR);
    } else {
      exchange.breakOff(Reason.INTERNAL_ERROR);
    }
  }
}
