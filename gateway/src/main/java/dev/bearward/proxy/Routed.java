package dev.bearward.proxy;

import dev.bearward.http.RequestHead;
import io.netty.util.concurrent.Future;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange knows of its way to an endpoint, what carries it there, and of the attempts that
 * failed. A part of the exchange, so that no request costs another object. Event loop only.
 */
abstract sealed class Routed permits Exchange {
  /** RFC 9110 section 9.2.2. */
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");

  final UpstreamLoop upstream;
  final RequestHead head;
  final RequestWriter writer;

  /** What carries it at the moment: its own, until the response ends. */
  @Nullable Carrier carrier;

  private @Nullable LoopPool pool;
  private @Nullable Attempts attempts;
  private @Nullable Future<?> waitLimit;
  private long sentAt;
  private boolean repeated;

  Routed(UpstreamLoop upstream, RequestHead head, RequestWriter writer) {
    this.upstream = upstream;
    this.head = head;
    this.writer = writer;
  }

  /** It has an endpoint, and is about to get or to wait for a connection there. */
  final void assigned(LoopPool to) {
    pool = to;
  }

  /** The connections of its endpoint. */
  final LoopPool pool() {
    LoopPool at = pool;
    if (at == null) {
      throw new IllegalStateException("exchange: no endpoint");
    }
    return at;
  }

  final Endpoint endpoint() {
    return pool().endpoint();
  }

  /** What it has tried so far, or null when nothing failed. */
  final @Nullable Attempts attempts() {
    return attempts;
  }

  private Attempts attemptsSoFar() {
    Attempts soFar = attempts;
    if (soFar == null) {
      soFar = new Attempts(upstream);
      attempts = soFar;
      if (sentAt == 0) {
        upstream.requested(upstream.loop().ticker().nanoTime());
      }
    }
    return soFar;
  }

  // Waiting.

  /** The time limit of a wait for a connection runs. */
  final void awaitsConnection(Future<?> limit) {
    waitLimit = limit;
  }

  final void stopWaiting() {
    Future<?> limit = waitLimit;
    if (limit != null) {
      waitLimit = null;
      limit.cancel(false);
    }
  }

  /** Waits no more, wherever it did. */
  final void abandonWait(Exchange self) {
    stopWaiting();
    LoopPool at = pool;
    if (at == null) {
      upstream.abandon(self);
    } else {
      at.abandon(self);
    }
  }

  /** It waits no longer for what it waited for, but goes on. */
  final void moves() {
    stopWaiting();
    pool = null;
    repeated = false;
  }

  /**
   * Lets go of what carried it, for another attempt.
   *
   * @param whole whether the response was whole, so that its connection is good for another
   */
  final void moveOn(boolean whole) {
    Carrier old = carrier;
    boolean sent = writer.isComplete();
    carrier = null;
    writer.rewind();
    if (old != null && whole) {
      old.finished(sent);
    } else if (old != null) {
      old.abandon();
    }
    moves();
  }

  // Sending, and sending again.

  /** The request is about to be sent. */
  final void sends() {
    boolean first = sentAt == 0 && attempts == null;
    sentAt = upstream.loop().ticker().nanoTime();
    if (first) {
      upstream.requested(sentAt);
    }
  }

  /** The upstream gave a head, so long after it was sent last. */
  final void answers() {
    long nanos = upstream.loop().ticker().nanoTime() - sentAt;
    upstream.listener().responseHead(upstream.settings().name(), nanos);
  }

  /** Whether it may be sent again although it was sent (rule 116). */
  private boolean isRepeatable() {
    return IDEMPOTENT.contains(head.method()) && writer.isRepeatable();
  }

  /**
   * Whether it may be sent once more since nobody can have looked at it: after a kept connection
   * failed, or when the upstream says so. Once.
   */
  final boolean mayRepeatAfter(Carrier gone) {
    boolean again =
        gone.isUnprocessed() ? writer.isRepeatable() : gone.isReused() && isRepeatable();
    boolean may = again && !repeated;
    repeated |= may;
    return may;
  }

  /** Whether only a new connection will do, since a kept one has just failed. */
  final boolean needsFreshConnection() {
    return repeated;
  }

  /** Whether another attempt follows one that found no connection. */
  final boolean mayConnectElsewhere() {
    boolean repeatable = sentAt == 0 || isRepeatable();
    return attemptsSoFar().afterConnectFailure(endpoint(), repeatable);
  }

  /** What a final status says of the endpoint: whether another attempt follows instead. */
  final boolean setsAside(int status) {
    RetrySettings.When why = RetrySettings.When.of(status);
    if (why == null) {
      endpoint().succeeded();
      return false;
    }
    endpoint().failed("status " + status, upstream.loop());
    return mayTryAgain(why);
  }

  /** Whether another attempt follows one that brought no good response. */
  final boolean mayTryAgain(RetrySettings.When why) {
    return attemptsSoFar().afterFault(endpoint(), why, isRepeatable());
  }
}
