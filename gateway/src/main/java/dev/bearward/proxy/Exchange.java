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
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One forwarded exchange: joins a client's request, a connection and the client's response. Owns
 * what carries it from {@link #connected} until its response ends, fails or is no longer wanted.
 * Event loop only.
 */
final class Exchange implements RequestSink {
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

  /** RFC 9110 section 9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");

  private final UpstreamLoop upstream;
  private final Permit permit;
  private final RequestHead head;
  private final RequestBody framing;
  private final RequestWriter writer;
  private final ResponseSink sink;
  private final @Nullable Switching switching;
  private final long responseNanos;
  private Phase phase = Phase.WAITING;
  private @Nullable LoopPool pool;
  private @Nullable Attempts attempts;
  private @Nullable Carrier carrier;
  private @Nullable Future<?> waitLimit;
  private long sentAt;
  private int interims;
  private boolean quiet = true;
  private boolean repeated;
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
    this.upstream = upstream;
    this.permit = permit;
    this.head = head;
    this.framing = framing;
    this.sink = sink;
    this.switching = switching;
    this.writer = new RequestWriter(framing, permit.identityNames());
    Duration own = permit.route().responseTimeout();
    this.responseNanos = (own == null ? upstream.settings().responseTimeout() : own).toNanos();
  }

  /** Begins; the sink is not called before this returns. */
  void start() {
    upstream.acquire(this);
    quiet = false;
  }

  /** It has an endpoint, and is about to get or to wait for a connection there. */
  void assigned(LoopPool to) {
    pool = to;
  }

  /** What it has tried so far, or null when nothing failed. */
  @Nullable Attempts attempts() {
    return attempts;
  }

  /** The time limit of a wait for a connection runs. */
  void awaitsConnection(Future<?> limit) {
    waitLimit = limit;
  }

  /** Whether only a new connection will do, since a kept one has just failed. */
  boolean needsFreshConnection() {
    return repeated;
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
    sentAt = upstream.loop().ticker().nanoTime();
    writer.start(to);
    watchUpload();
    if (!quiet && writer.wantsMore()) {
      sink.wantBody();
    }
  }

  /** It waits no longer for what it waited for, but goes on. */
  void moves() {
    stopWaiting();
    pool = null;
  }

  /** The endpoint cannot be connected to; nothing was sent. */
  void notConnected(Reason reason) {
    Endpoint failed = requirePool().endpoint();
    Attempts all = attempts == null ? new Attempts() : attempts;
    attempts = all;
    all.failedAt(failed);
    if (upstream.hasStandIn(failed, all)) {
      moves();
      upstream.acquire(this);
    } else {
      unconnected(reason);
    }
  }

  private LoopPool requirePool() {
    LoopPool at = pool;
    if (at == null) {
      throw new IllegalStateException("exchange: no endpoint");
    }
    return at;
  }

  /** No connection can be had. */
  void unconnected(Reason reason) {
    stopWaiting();
    fail(reason);
  }

  private void stopWaiting() {
    Future<?> limit = waitLimit;
    if (limit != null) {
      waitLimit = null;
      limit.cancel(false);
    }
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
      stopWaiting();
      if (pool == null) {
        upstream.abandon(this);
      } else {
        pool.abandon(this);
      }
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
    phase = Phase.RELAYING;
    upstream
        .listener()
        .responseHead(upstream.settings().name(), upstream.loop().ticker().nanoTime() - sentAt);
    touch();
    sink.head(status, response.status().reasonPhrase(), response.headers(), end.length());
  }

  private void switched(HttpResponse response) {
    Carrier from = carrier;
    if (switching == null
        || !(from instanceof UpstreamConnection whole)
        || !switching.agrees(response)) {
      fail(Reason.UPSTREAM_INVALID_RESPONSE);
      return;
    }
    upstream
        .listener()
        .responseHead(upstream.settings().name(), upstream.loop().ticker().nanoTime() - sentAt);
    phase = Phase.OVER;
    carrier = null;
    switching.over(response.headers(), whole);
  }

  /** A whole response that is passed on as it came. */
  void plain(ResponseDecoder.PlainResponse response) {
    phase = Phase.RELAYING;
    upstream
        .listener()
        .responseHead(upstream.settings().name(), upstream.loop().ticker().nanoTime() - sentAt);
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

  private void interim(int status, HttpHeaders headers) {
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
      touch();
      sink.body(content.content());
    } else {
      content.release();
    }
    if (content instanceof LastHttpContent last && phase == Phase.RELAYING) {
      complete(TrailerFields.allowed(last.trailingHeaders()));
    }
  }

  private void touch() {
    Carrier from = carrier;
    if (from != null) {
      from.deadline().in(upstream.settings().idleTimeout().toNanos());
    }
  }

  private void complete(HttpHeaders trailers) {
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
    fail(Reason.UPSTREAM_INVALID_RESPONSE);
  }

  /** The gateway ends all connections. */
  void aborted() {
    fail(Reason.UPSTREAM_RESET);
  }

  /** The deadline of the moment passed. */
  void timedOut() {
    fail(Reason.UPSTREAM_TIMEOUT);
  }

  /**
   * The connection is gone. A kept connection may have been closed by the upstream just before the
   * request was sent; then, and only then, it is sent once more (RFC 9112 section 9.3.1, rule 116).
   */
  void lost(Carrier gone) {
    boolean race = phase == Phase.FORWARDING && gone.isReused() && !gone.hasAnswered();
    carrier = null;
    if (race && !repeated && IDEMPOTENT.contains(head.method()) && writer.isRepeatable()) {
      repeated = true;
      phase = Phase.WAITING;
      writer.rewind();
      requirePool().acquireFresh(this);
    } else {
      fail(Reason.UPSTREAM_RESET);
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
