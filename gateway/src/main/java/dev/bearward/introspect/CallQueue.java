package dev.bearward.introspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives calls their turn. Calls for tokens that were accepted before go first, have a quarter of
 * the places to themselves and cost no budget; so a flood of unknown tokens delays them little.
 * While the issuer fails every call costs budget, which is how often it is tried again.
 */
final class CallQueue {
  /** A call that wants its turn; each is told exactly one of the three. */
  interface Call {
    /** Whether its token was accepted before. */
    boolean known();

    /** When its turn comes too late. */
    long deadlineNanos();

    /** It is its turn; {@link CallQueue#ended} is called when it has ended. */
    void start();

    /** There is no room, or no budget. */
    void crowd();

    /** The issuer is too slow, or fails and was tried often enough for now. */
    void giveUp();
  }

  /** What became of a call. */
  enum Outcome {
    /** A valid token. */
    ACCEPTED,
    /** A token that is refused. */
    REFUSED,
    /** No answer. */
    FAILED
  }

  private final int places;
  private final int placesForUnknown;
  private final int maxUnknownQueued;
  private final LongSupplier nanoTime;
  private final CallBudget budget;
  private final Deque<Call> known = new ArrayDeque<>();
  private final Deque<Call> unknown = new ArrayDeque<>();
  private final AtomicInteger drains = new AtomicInteger();
  private int running;
  private int unknownRunning;
  private boolean failing;

  /**
   * @param places most calls at once
   * @param maxUnknownQueued most calls for unknown tokens that wait for a turn
   */
  CallQueue(int places, int maxUnknownQueued, LongSupplier nanoTime) {
    this.places = places;
    this.placesForUnknown = Math.max(1, places - places / 4);
    this.maxUnknownQueued = maxUnknownQueued;
    this.nanoTime = nanoTime;
    this.budget = new CallBudget(2 * places, nanoTime.getAsLong());
  }

  void submit(Call call) {
    if (queued(call)) {
      drain();
    } else {
      call.crowd();
    }
  }

  private synchronized boolean queued(Call call) {
    if (call.known()) {
      return known.add(call);
    }
    return unknown.size() < maxUnknownQueued && unknown.add(call);
  }

  /**
   * A call that was started has ended.
   *
   * @param tell tells those who wait, between the count and the next calls
   */
  void ended(Call call, Outcome outcome, Runnable tell) {
    count(call, outcome);
    tell.run();
    drain();
  }

  private synchronized void count(Call call, Outcome outcome) {
    running--;
    unknownRunning -= call.known() ? 0 : 1;
    failing = outcome == Outcome.FAILED;
    if (outcome == Outcome.ACCEPTED && !call.known()) {
      budget.giveBack();
    }
  }

  /** One thread at a time, and never one inside itself, since a call may end where it starts. */
  private void drain() {
    if (drains.getAndIncrement() > 0) {
      return;
    }
    do {
      for (Runnable turn = next(); turn != null; turn = next()) {
        turn.run();
      }
    } while (drains.decrementAndGet() > 0);
  }

  private synchronized @Nullable Runnable next() {
    Call call = running == places ? null : known.poll();
    if (call == null && running < places && unknownRunning < placesForUnknown) {
      call = unknown.poll();
    }
    if (call == null) {
      return null;
    }
    long now = nanoTime.getAsLong();
    if (now - call.deadlineNanos() >= 0) {
      return call::giveUp;
    }
    boolean free = call.known() && !failing;
    if (!free && !budget.take(now)) {
      return failing ? call::giveUp : call::crowd;
    }
    running++;
    unknownRunning += call.known() ? 0 : 1;
    return call::start;
  }
}
