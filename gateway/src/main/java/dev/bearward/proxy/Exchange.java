package dev.bearward.proxy;

import dev.bearward.access.Permit;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
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
  private Phase phase = Phase.WAITING;
  private int interims;
  private boolean quiet = true;
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
    super(
        upstream,
        head,
        new RequestWriter(framing, permit.ownNames(), responseTime(upstream.settings(), permit)));
    this.permit = permit;
    this.framing = framing;
    this.sink = sink;
    this.switching = switching;
  }

  private static Duration responseTime(UpstreamSettings settings, Permit permit) {
    Duration own = permit.route().responseTimeout();
    return own == null ? settings.responseTimeout() : own;
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
    sends();
    writer.start(to, upstream.heads().expectsContinue());
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
   * Begins another attempt, at another endpoint where there is one.
   *
   * @param whole whether the last one brought a whole response, so that its connection is kept
   */
  private void goOn(boolean whole) {
    phase = Phase.WAITING;
    interims = 0;
    moveOn(whole);
    upstream.acquire(this);
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
    } else {
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
    } else {
      watchUpload();
    }
  }

  /** Until the response begins, its deadline follows from how far the request has come. */
  private void watchUpload() {
    if (phase == Phase.FORWARDING) {
      writer.watch(upstream.settings().idleTimeout());
    }
  }

  @Override
  public boolean wantsBody() {
    return phase != Phase.OVER && writer.wantsMore();
  }

  @Override
  public boolean isMultiplexed() {
    return carrier instanceof UpstreamStream;
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
    watchUpload();
    if (!quiet && wantsBody()) {
      sink.wantBody();
    }
  }

  /** A final response head whose fields may be passed on. */
  void head(int status, String phrase, HttpHeaders fields, long length) {
    if (setsAside(status)) {
      goOn(false);
      return;
    }
    phase = Phase.RELAYING;
    answers();
    touch();
    sink.head(status, phrase, fields, length);
  }

  /** A 101, and the connection that it is about. */
  void switched(HttpResponse response, UpstreamConnection from) {
    if (switching == null || !switching.agrees(response)) {
      fail(Reason.UPSTREAM_INVALID_RESPONSE);
      return;
    }
    answers();
    endpoint().succeeded();
    phase = Phase.OVER;
    carrier = null;
    switching.over(response.headers(), from);
  }

  /** A whole response that is passed on as it came. */
  void plain(ResponseDecoder.PlainResponse response) {
    if (setsAside(response.head().status())) {
      response.body().release();
      goOn(true);
      return;
    }
    phase = Phase.RELAYING;
    answers();
    sink.head(response.head());
    if (phase == Phase.RELAYING && response.body().isReadable()) {
      sink.body(response.body());
    } else {
      response.body().release();
    }
    complete(EmptyHttpHeaders.INSTANCE);
  }

  /** An interim head whose fields may be passed on. */
  void interim(int status, HttpHeaders headers) {
    if (++interims > MAX_INTERIM) {
      fail(Reason.UPSTREAM_INVALID_RESPONSE);
      return;
    }
    boolean relayed = status != 100 || writer.takeContinue();
    watchUpload();
    if (relayed) {
      sink.informational(status, headers);
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

  /** The response is whole, if that is what came to its end. */
  void complete(HttpHeaders trailers) {
    if (phase != Phase.RELAYING) {
      return;
    }
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
    if (early && mayRepeatAfter(gone)) {
      phase = Phase.WAITING;
      writer.rewind();
      pool().acquireFresh(this);
      return;
    }
    faulty("connection lost before the response");
    if (early && mayTryAgain(RetrySettings.When.RESET)) {
      goOn(false);
    } else {
      fail(Reason.UPSTREAM_RESET);
    }
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
