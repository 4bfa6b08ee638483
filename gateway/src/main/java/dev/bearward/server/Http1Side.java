package dev.bearward.server;

import static java.util.Objects.requireNonNull;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.proxy.PlainHead;
import dev.bearward.proxy.RequestBody;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the exchanges of one HTTP/1.1 connection, one after the other: frames
 * responses as the version and the method of the request demand, and knows whether another may
 * follow.
 */
final class Http1Side implements ClientSide {
  private final ClientConnection connection;
  private final ServerContext server;
  private final LoopState loop;
  private final Channel channel;
  private final Stage stage;
  private final Intake intake;
  private final Steps steps;
  private final Upload upload = new Upload();
  private final ResponseHeads heads;
  private final ResponseWriter writer;
  private final UnsentResponses unsent;
  private HeadReader.@Nullable Sound request;
  private boolean usable = true;
  private boolean kept;

  Http1Side(
      ClientConnection connection,
      ServerContext server,
      LoopState loop,
      Channel channel,
      Stage stage,
      Intake intake,
      Steps steps) {
    this.stage = stage;
    this.intake = intake;
    this.steps = steps;
    this.connection = connection;
    this.server = server;
    this.loop = loop;
    this.channel = channel;
    this.heads = new ResponseHeads(loop, server.requestIdField());
    this.writer = new ResponseWriter(channel, loop.encoder());
    this.unsent = new UnsentResponses(channel, loop.unsent(), connection::stalled);
  }

  ResponseWriter writer() {
    return writer;
  }

  /** Sends what waits since a while, and counts what is not taken. */
  void tick() {
    writer.tick();
    unsent.count();
  }

  /** What the client has not taken. */
  UnsentResponses unsent() {
    return unsent;
  }

  /** Another exchange begins. */
  Exchange exchange(Service service, HeadReader.Sound next) {
    request = next;
    return new Exchange(this, server, service, next, upload.of(next));
  }

  /** The exchange is over: its head, which may be large, is not kept between requests. */
  void forget() {
    request = null;
  }

  private HeadReader.Sound request() {
    return requireNonNull(request);
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public int headBytes() {
    return intake.headBytes();
  }

  @Override
  public void onLoop(Runnable step) {
    steps.run(step);
  }

  @Override
  public boolean isGrpc() {
    return false; // It needs HTTP/2.
  }

  @Override
  public void forwarding() {
    stage.forwarding();
  }

  @Override
  public void pumpBody() {
    connection.pumpBody();
  }

  @Override
  public boolean isWritable() {
    if (channel.isWritable()) {
      return true;
    }
    unsent.count();
    return false;
  }

  @Override
  public void informational(int status, HttpHeaders headers) {
    if (!request().http10()) {
      heads.informational(status, headers);
      writer.informational();
    }
  }

  @Override
  public void head(int status, String phrase, HttpHeaders headers, long bodyLength, Permit permit) {
    ResponseWriter.Framing framing = framing(status, bodyLength);
    kept = keeps() && framing != ResponseWriter.Framing.UNTIL_CLOSE;
    heads.forwarded(status, phrase, headers, permit, id());
    heads.framing(framing, status == 204 ? -1 : bodyLength);
    heads.end(kept, request().http10());
    writer.head(framing, bodyLength);
  }

  @Override
  public void head(PlainHead plain, Permit permit) {
    kept = keeps();
    heads.forwarded(plain, permit, id());
    heads.framing(ResponseWriter.Framing.LENGTH, plain.contentLength());
    heads.end(kept, request().http10());
    writer.head(ResponseWriter.Framing.LENGTH, plain.contentLength());
  }

  private ResponseWriter.Framing framing(int status, long bodyLength) {
    if (isHead() || status == 204 || status == 304) {
      return ResponseWriter.Framing.NONE;
    }
    if (bodyLength >= 0) {
      return ResponseWriter.Framing.LENGTH;
    }
    return request().http10() ? ResponseWriter.Framing.UNTIL_CLOSE : ResponseWriter.Framing.CHUNKED;
  }

  private boolean isHead() {
    return request().head().method().equals("HEAD");
  }

  private String id() {
    return request().head().requestId();
  }

  /** Whether the connection may serve another request after this one. */
  private boolean keeps() {
    return request().persistent() && !server.draining() && (upload.isComplete() || drainable());
  }

  /** Whether the unread rest of the body may be small enough to throw away (rule 109). */
  private boolean drainable() {
    RequestBody body = request().body();
    return !request().expectsContinue()
        && body.length() - upload.bytes() <= Bounds.MAX_DRAINED_BYTES;
  }

  @Override
  public boolean body(ByteBuf part) {
    return writer.body(part);
  }

  @Override
  public boolean end(HttpHeaders trailers) {
    return writer.end(trailers);
  }

  @Override
  public void refusal(Denial denial) {
    kept = keeps() && usable;
    writer.whole(heads.refusal(denial, id(), isHead(), kept, request().http10()));
  }

  /** Refuses what never became a request. */
  void refusal(Denial denial, String id, boolean withoutBody) {
    writer.whole(heads.refusal(denial, id, withoutBody, false, false));
  }

  @Override
  public void answer(AccessDecision.Answer answer) {
    kept = keeps();
    writer.whole(heads.answer(answer, id(), isHead(), kept, request().http10()));
  }

  @Override
  public void responseWritten() {
    connection.responseWritten(kept && usable);
  }

  @Override
  public long bodyBytes() {
    return writer.bodyBytes();
  }

  @Override
  public void unusable() {
    usable = false;
    intake.discard();
  }

  @Override
  public boolean takeBack() {
    return writer.takeBack();
  }

  @Override
  public void abort() {
    connection.abort();
  }

  @Override
  public void tunnel(HttpHeaders headers, Permit permit, Tunnel tunnel, Tunnel.Listener listener) {
    heads.switching(headers, permit, id());
    writer.informational();
    // The tunnel takes what comes, what waits undecoded first.
    stage.enter(ConnectionState.TUNNEL, Watch.NEVER);
    tunnel.join(channel, intake.handOver(), server.timeouts().webSocketIdle(), listener);
  }

  @Override
  public void broken(Throwable bug) {
    connection.broken(bug);
  }
}
