package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.access.Denial;
import dev.bearward.access.Permit;
import dev.bearward.http.HeaderRules;
import dev.bearward.http.Reason;
import dev.bearward.proxy.PlainHead;
import dev.bearward.proxy.RequestSink;
import dev.bearward.proxy.ResponseSink;
import dev.bearward.proxy.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: asks the gate, then writes the refusal or the answer, or joins
 * client and upstream. Confined to the client's event loop. Every way out goes through {@link
 * #finish}, which tells the listener once.
 */
final class Exchange extends Sending implements ResponseSink {
  private final ClientSide client;
  private final ServerContext server;
  private final Service service;
  private final HeadReader.Sound request;
  private final Account account = new Account();

  private @Nullable AccessDecision decision;
  private @Nullable Permit permit;
  private @Nullable Awaiting awaiting;
  private @Nullable Upgrade upgrade;
  private @Nullable TokenEnd tokenEnd;
  private @Nullable Reason reason;
  private int status;
  private boolean finished;

  Exchange(
      ClientSide client,
      ServerContext server,
      Service service,
      HeadReader.Sound request,
      Upload upload) {
    super(upload);
    this.client = client;
    this.server = server;
    this.service = service;
    this.request = request;
  }

  /** Asks the gate and does what it says. */
  void begin() {
    server.listener().started(request.head());
    apply(service.gate().decide(request.head()));
  }

  private void apply(AccessDecision decided) {
    switch (decided) {
      case Permit p -> forward(p);
      case Denial d -> refuse(d);
      case AccessDecision.Answer a -> answer(a);
      case AccessDecision.Pending p -> await(p);
    }
  }

  private void await(AccessDecision.Pending waiting) {
    awaiting = Awaiting.begin(waiting, server.mostWaiting(), client, this::apply);
    if (awaiting == null) {
      refuse(waiting.refuse(Reason.OVERLOADED));
    }
  }

  private void forward(Permit p) {
    decision = p;
    permit = p;
    if (request.body().length() > p.maxBody()) {
      refuse(p.refuse(Reason.BODY_TOO_LARGE));
      return;
    }
    Reason fault = request.handshakeFault();
    if (fault != null) {
      refuse(p.refuse(fault));
      return;
    }
    if (!p.enter()) {
      refuse(p.refuse(Reason.OVERLOADED));
      return;
    }
    account.forwards();
    tokenEnd = TokenEnd.of(client, this, server.clock(), p);
    client.forwarding();
    sendTo(
        request.webSocket()
            ? upgrade(p)
            : service.forwarder().forward(p, request.body(), this, client.loop()));
    client.pumpBody();
  }

  private RequestSink upgrade(Permit p) {
    upgrade = new Upgrade(client, server.listener(), this, p);
    return service.forwarder().upgrade(p, this, upgrade, client.loop());
  }

  @Override
  boolean isOver() {
    return finished;
  }

  @Override
  long mostBody() {
    return permit == null ? Long.MAX_VALUE : permit.maxBody();
  }

  // The response, from the upstream.

  @Override
  public void informational(int interim, HttpHeaders headers) {
    if (!finished && status == 0) {
      upload().interim(interim);
      client.informational(interim, headers);
    }
  }

  /** The upstream agreed to leave HTTP; says whether that is still wanted. */
  boolean switches(Tunnel tunnel) {
    if (finished || permit == null) {
      return false;
    }
    stopTokenEnd();
    tokenEnd = TokenEnd.of(tunnel, client, this, server.clock(), permit);
    account.answered();
    status = HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    return true;
  }

  /** The tunnel came to its end. */
  void tunnelEnded(@Nullable Reason why, boolean orderly) {
    if (!finished) {
      reason = why;
      finish(orderly);
    }
  }

  @Override
  public void head(int code, String phrase, HttpHeaders headers, long bodyLength) {
    if (finished || permit == null) {
      return;
    }
    account.answered();
    status = code;
    HeaderRules rules = permit.responseRules();
    if (!rules.isEmpty()) {
      ResponseRules.apply(rules, headers);
    }
    stopTokenEnd();
    if (bodyLength != 0 && !request.head().method().equals("HEAD")) {
      tokenEnd = TokenEnd.of(headers, client, this, server.clock(), permit);
    }
    // Whoever was told the length of what is ended would take it for broken off.
    client.head(code, phrase, headers, tokenEnd == null ? bodyLength : -1, permit);
  }

  @Override
  public void head(PlainHead plain) {
    if (finished || permit == null) {
      return;
    }
    if (!permit.responseRules().isEmpty()) {
      head(plain.status(), plain.phrase(), plain.headers(), plain.contentLength());
      return;
    }
    account.answered();
    status = plain.status();
    client.head(plain, permit);
  }

  @Override
  public void body(ByteBuf part) {
    if (finished) {
      part.release();
      return;
    }
    HttpHeaders last = tokenEnd == null ? null : tokenEnd.follow(part);
    if (!client.body(part)) {
      reason = Reason.UPSTREAM_INVALID_RESPONSE;
      abort();
    } else if (last != null) {
      endWithToken(last);
    }
  }

  @Override
  public void end(HttpHeaders trailers) {
    if (finished) {
      return;
    }
    if (permit != null && !permit.responseRules().isEmpty()) {
      ResponseRules.dropReplaced(permit.responseRules(), trailers);
    }
    if (client.end(trailers)) {
      finish(true);
      client.responseWritten();
    } else {
      reason = Reason.UPSTREAM_INVALID_RESPONSE;
      abort();
    }
  }

  @Override
  public void fail(Reason failure) {
    if (finished) {
      return;
    }
    stopSending();
    account.failed();
    stop(failure);
  }

  @Override
  public boolean isWritable() {
    return client.isWritable();
  }

  @Override
  public void wantBody() {
    if (!finished) {
      client.pumpBody();
    }
  }

  // Ways out.

  /** The token has come to its end, and there is no response yet. */
  void expire() {
    breakOff(Reason.EXPIRED);
  }

  /** The token has come to its end, and the response may do so too. */
  void endWithToken(HttpHeaders trailers) {
    letGo();
    end(trailers);
  }

  /** The token has come to its end, and the response cannot. */
  void cutWithToken() {
    if (!finished) {
      abort();
    }
  }

  private void stop(Reason why) {
    reason = why;
    if (status == 0 || client.takeBack()) {
      refuse(denial(why));
    } else {
      abort();
    }
  }

  private Denial denial(Reason why) {
    if (permit != null) {
      return permit.refuse(why);
    }
    return awaiting == null ? Denial.unrouted(why) : awaiting.refuse(why);
  }

  /** Something on the client's side, or in us, went wrong: the upstream is let go. */
  @Override
  void breakOff(Reason why) {
    if (!finished) {
      letGo();
      client.unusable();
      stop(why);
    }
  }

  private void letGo() {
    cancelSending();
    if (awaiting != null) {
      awaiting.cancel();
    }
  }

  private void refuse(Denial denial) {
    reason = denial.reason();
    decision = denial;
    status = reason.status();
    client.refusal(denial);
    finish(true);
    client.responseWritten();
  }

  private void answer(AccessDecision.Answer a) {
    decision = a;
    status = a.status();
    client.answer(a);
    finish(true);
    client.responseWritten();
  }

  private void abort() {
    letGo();
    finish(false);
    client.abort();
  }

  /** What the client sent is no HTTP, and its side ends without a response. */
  void clientFault(Reason why) {
    if (!finished) {
      reason = why;
      clientGone();
    }
  }

  /** The client is gone. */
  void clientGone() {
    if (!finished) {
      letGo();
      finish(false);
    }
  }

  /** Bytes of the response body that the client was given. */
  long bytesOut() {
    return status == 0 ? 0 : client.bodyBytes();
  }

  private void finish(boolean complete) {
    finished = true;
    if (permit != null) {
      permit.leave();
    }
    Upgrade done = upgrade != null && upgrade.isDone() ? upgrade : null;
    long in = done != null ? done.bytesIn() : upload().bytes();
    long out = done != null ? done.bytesOut() : bytesOut();
    Lasting ended = tokenEnd == null ? null : tokenEnd.closed();
    stopTokenEnd();
    server
        .listener()
        .finished(
            account.outcome(decision, request.head(), status, reason, complete, in, out, ended));
  }

  private void stopTokenEnd() {
    if (tokenEnd != null) {
      tokenEnd.stop();
      tokenEnd = null;
    }
  }
}
