package dev.bearward.proxy;

import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One forwarded exchange: joins a client's request, a connection and the client's response. Owns
 * what carries it from {@link #connected} until its response ends, fails or is no longer wanted.
 * Event loop only.
 */
final class Exchange extends Routed implements RequestSink {
  /** How far it has come. */
  private enum Phase {
    /** No connection yet. */
    WAITING,
    /** The request is being sent or was sent; no final response head yet. */
    FORWARDING,
    /** The response head was given to the client; its body follows. */
    RELAYING,
    /** Ended, failed or cancelled: nothing more happens. */
    OVER
  }

  /** Most interim responses before the final one. */
  static final int MAX_INTERIM = 16;

  private final Permit permit;
  private final RequestBody framing;
  private final ResponseSink sink;
  private final @Nullable Switching switching;
  private final long responseNanos;
  private Phase phase = Phase.WAITING;
  private @Nullable Carrier carrier;
  private int interims;
  private boolean quiet = true;
  private boolean expectsContinue;
  private boolean paused;
  private boolean cancelled;

  /**
   * Takes what is to be forwarded, and what becomes of a 101; null when the request asks for none.
   */
  Exchange(
      UpstreamLoop upstream,
      Permit permit,
      RequestHead head,
      RequestBody framing,
      ResponseSink sink,
      @Nullable Switching switching) {
    super(upstream, head, new RequestWriter(framing, permit.identityNames()));
    this.permit = permit;
    this.framing = framing;
    this.sink = sink;
    this.switching = switching;
    Duration own = permit.route().responseTimeout();
    this.responseNanos = (own == null ? upstream.settings().responseTimeout() : own).toNanos();
  }

  /** Begins; the sink is not called before this returns. */
  void start() {
    upstream.acquire(this);
    quiet = false;
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  boolean isHead() {
    return head.method().equals("HEAD");
  }

  /** Whether it asks the upstream to switch protocols. */
  boolean switches() {
    return switching != null;
  }

  /** A connection is there; from now on it belongs to this exchange. */
  void connected(Carrier to) {
    stopWaiting();
    if (!to.head(permit, head, framing, switches())) {
      phase = Phase.OVER;
      to.unused();
      writer.discard();
      report(Reason.BAD_REQUEST);
      return;
    }
    carrier = to;
    phase = Phase.FORWARDING;
    expectsContinue = upstream.heads().expectsContinue() && !writer.isComplete();
    sends();
    writer.start(to);
    watchUpload();
    if (!quiet && writer.wantsMore()) {
      sink.wantBody();
    }
  }

  /** The endpoint cannot be connected to; nothing was sent to it. */
  void notConnected(Reason reason) {
    if (mayConnectElsewhere()) {
      goOn(false);
    } else {
      unconnected(reason);
    }
  }

  /**
   * The endpoint gave no good response: whether another attempt begins.
   *
   * @param whole whether it was a whole response, so that the connection is good for another
   */
  private boolean triesAgain(RetrySettings.When why, boolean whole) {
    if (!mayTryAgain(why)) {
      return false;
    }
    goOn(whole);
    return true;
  }

  /** Begins another attempt, at another endpoint where there is one. */
  private void goOn(boolean whole) {
    Carrier old = carrier;
    boolean sent = writer.isComplete();
    carrier = null;
    phase = Phase.WAITING;
    interims = 0;
    writer.rewind();
    if (old != null && whole) {
      old.finished(sent);
    } else if (old != null) {
      old.abandon();
    }
    moves();
    upstream.acquire(this);
  }

  /** What a final status says of the endpoint; whether the response is not the one to be given. */
  private boolean setsAside(int status, boolean whole) {
    RetrySettings.When why = RetrySettings.When.of(status);
    if (why == null) {
      endpoint().succeeded();
      return false;
    }
    endpoint().failed("status " + status, upstream.loop());
    return triesAgain(why, whole);
  }

  /** No connection can be had. */
  void unconnected(Reason reason) {
    stopWaiting();
    fail(reason);
  }

  @Override
  public void body(ByteBuf part) {
    if (phase == Phase.OVER) {
      part.release();
    } else if (!writer.body(part)) {
      fail(Reason.INTERNAL_ERROR);
    } else if (phase == Phase.FORWARDING) {
      expectsContinue = false;
      watchUpload();
    }
  }

  @Override
  public void end(HttpHeaders trailers) {
    if (phase == Phase.OVER || writer.isComplete()) {
      return;
    }
    if (!writer.end(trailers)) {
      fail(Reason.INTERNAL_ERROR);
    } else if (phase == Phase.FORWARDING) {
      watchUpload();
    }
  }

  /**
   * The response is awaited from the end of the request on, or from its head when the client waits
   * for a 100. In between, only an upstream that does not take the body is at fault.
   */
  private void watchUpload() {
    Carrier to = carrier;
    if (to == null) {
      return;
    }
    if (writer.isComplete() || expectsContinue) {
      to.deadline().in(responseNanos);
    } else if (to.isWritable()) {
      to.deadline().none();
    } else {
      to.deadline().in(upstream.settings().idleTimeout().toNanos());
    }
  }

  @Override
  public boolean wantsBody() {
    return phase != Phase.OVER && writer.wantsMore();
  }

  @Override
  public void clientWritable() {
    Carrier from = carrier;
    if (paused && from != null) {
      paused = false;
      from.deadline().in(upstream.settings().idleTimeout().toNanos());
      from.readOn();
    }
  }

  @Override
  public void cancel() {
    if (phase == Phase.WAITING) {
      abandonWait(this);
    }
    cancelled = true;
    over();
    if (switching != null) {
      switching.cancel();
    }
  }

  /** Whether more of the response may be read now. */
  boolean readsOn() {
    if (phase != Phase.RELAYING || sink.isWritable()) {
      return true;
    }
    Carrier from = carrier;
    if (from != null) {
      from.deadline().none();
    }
    paused = true;
    return false;
  }

  /** The connection takes more of the request body. */
  void upstreamWritable() {
    if (phase == Phase.FORWARDING) {
      watchUpload();
    }
    if (!quiet && wantsBody()) {
      sink.wantBody();
    }
  }

  /** A response head that passed all guards. */
  void head(HttpResponse response, ResponseFraming end) {
    int status = response.status().code();
    if (end.kind() == ResponseFraming.Kind.SWITCH) {
      switched(response);
      return;
    }
    ResponseFields.strip(response.headers(), end.kind() == ResponseFraming.Kind.CHUNKED);
    if (status < 200) {
      interim(status, response.headers());
      return;
    }
    head(status, response.status().reasonPhrase(), response.headers(), end.length());
  }

  /** A final response head whose fields may be passed on. */
  void head(int status, String phrase, HttpHeaders fields, long length) {
    if (setsAside(status, false)) {
      return;
    }
    phase = Phase.RELAYING;
    upstream.listener().responseHead(upstream.settings().name(), sinceSent());
    touch();
    sink.head(status, phrase, fields, length);
  }

  private void switched(HttpResponse response) {
    Carrier from = carrier;
    if (switching == null
        || !(from instanceof UpstreamConnection whole)
        || !switching.agrees(response)) {
      fail(Reason.UPSTREAM_INVALID_RESPONSE);
      return;
    }
    upstream.listener().responseHead(upstream.settings().name(), sinceSent());
    endpoint().succeeded();
    phase = Phase.OVER;
    carrier = null;
    switching.over(response.headers(), whole);
  }

  /** A whole response that is passed on as it came. */
  void plain(ResponseDecoder.PlainResponse response) {
    if (setsAside(response.head().status(), true)) {
      response.body().release();
      return;
    }
    phase = Phase.RELAYING;
    upstream.listener().responseHead(upstream.settings().name(), sinceSent());
    sink.head(response.head());
    if (phase == Phase.RELAYING && response.body().isReadable()) {
      sink.body(response.body());
    } else {
      response.body().release();
    }
    if (phase == Phase.RELAYING) {
      complete(EmptyHttpHeaders.INSTANCE);
    }
  }

  /** An interim head whose fields may be passed on. */
  void interim(int status, HttpHeaders headers) {
    if (++interims > MAX_INTERIM) {
      fail(Reason.UPSTREAM_INVALID_RESPONSE);
      return;
    }
    boolean relayed = status != 100 || expectsContinue;
    expectsContinue &= status != 100;
    watchUpload();
    if (relayed) {
      sink.informational(status, headers);
    }
  }

  /** A part of the response body, perhaps the last one. */
  void content(HttpContent content) {
    if (content.content().isReadable()) {
      part(content.content());
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent last && phase == Phase.RELAYING) {
      complete(TrailerFields.allowed(last.trailingHeaders()));
    }
  }

  /** A part of the response body. */
  void part(ByteBuf part) {
    if (phase == Phase.RELAYING) {
      touch();
      sink.body(part);
    } else {
      part.release();
    }
  }

  private void touch() {
    Carrier from = carrier;
    if (from != null) {
      from.deadline().in(upstream.settings().idleTimeout().toNanos());
    }
  }

  /** The response is whole. */
  void complete(HttpHeaders trailers) {
    Carrier from = carrier;
    boolean sent = writer.isComplete();
    phase = Phase.OVER;
    carrier = null;
    writer.discard();
    if (from != null) {
      from.finished(sent);
    }
    sink.end(trailers);
  }

  /** The upstream's bytes are no response to this request. */
  void invalid() {
    faulty("no sound response");
    fail(Reason.UPSTREAM_INVALID_RESPONSE);
  }

  /** The gateway ends all connections. */
  void aborted() {
    fail(Reason.UPSTREAM_RESET);
  }

  /** The deadline of the moment passed. */
  void timedOut() {
    faulty("no response in time");
    fail(Reason.UPSTREAM_TIMEOUT);
  }

  /**
   * The connection is gone. A kept connection may have been closed by the upstream just before the
   * request was sent; then, or when the upstream says that it never looked at the request, and only
   * then, it is sent once more (RFC 9112 section 9.3.1, RFC 9113 section 8.7, rule 116).
   */
  void lost(Carrier gone) {
    boolean early = phase == Phase.FORWARDING && !gone.hasAnswered();
    carrier = null;
    if (early && mayRepeat(gone)) {
      phase = Phase.WAITING;
      writer.rewind();
      pool().acquireFresh(this);
      return;
    }
    faulty("connection lost before the response");
    if (!early || !triesAgain(RetrySettings.When.RESET, false)) {
      fail(Reason.UPSTREAM_RESET);
    }
  }

  private boolean mayRepeat(Carrier gone) {
    return gone.isUnprocessed() ? mayBeginAgain() : gone.isReused() && mayRepeat();
  }

  /** The endpoint is at fault, if no response has begun. */
  private void faulty(String why) {
    if (phase == Phase.FORWARDING) {
      endpoint().failed(why, upstream.loop());
    }
  }

  private void fail(Reason reason) {
    if (phase != Phase.OVER) {
      over();
      report(reason);
    }
  }

  private void report(Reason reason) {
    if (quiet) {
      upstream.loop().execute(() -> reportLater(reason));
    } else {
      sink.fail(reason);
    }
  }

  private void reportLater(Reason reason) {
    if (!cancelled) {
      sink.fail(reason);
    }
  }

  private void over() {
    phase = Phase.OVER;
    writer.discard();
    Carrier open = carrier;
    carrier = null;
    if (open != null) {
      open.abandon();
    }
  }
}
