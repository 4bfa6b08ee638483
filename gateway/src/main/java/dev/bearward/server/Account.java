package dev.bearward.server;

import dev.bearward.access.AccessDecision;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** The times of one exchange, which begins when this is made, and what is told of it at its end. */
final class Account {
  private final long startNanos = System.nanoTime();
  private long forwardedNanos;
  private long upstreamNanos = -1;

  /** The request is about to be forwarded. */
  void forwards() {
    forwardedNanos = System.nanoTime();
  }

  /** The upstream's head is here. */
  void answered() {
    upstreamNanos = System.nanoTime() - forwardedNanos;
  }

  /** The upstream failed, before its head or after. */
  void failed() {
    if (upstreamNanos < 0) {
      answered();
    }
  }

  /** The exchange is over; the parameters are those of the outcome. */
  Outcome outcome(
      @Nullable AccessDecision decision,
      RequestHead head,
      int status,
      @Nullable Reason reason,
      boolean complete,
      long bytesIn,
      long bytesOut,
      @Nullable Lasting closedAtExpiry) {
    return new Outcome(
        decision,
        head.method(),
        head.authority().value(),
        head.path().value(),
        status,
        reason,
        complete,
        bytesIn,
        bytesOut,
        System.nanoTime() - startNanos,
        upstreamNanos,
        closedAtExpiry,
        head.requestId(),
        head.peer());
  }
}
