package dev.bearward.introspect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives calls their turn. Calls for tokens that were accepted before go first, have a quarter of
 * the places to themselves and cost no budget; so a flood of unknown tokens delays them little.
 * While the issuer fails every call costs budget, which is how often it is tried again.
 *
 * <p>A call that nobody waits for any more is dropped before its turn. Once it has begun it goes
 * on, since the issuer works on it all the same and its answer may be asked for again; but it is
 * broken off when another call wants its place.
 */
final class CallQueue {
  /**
   * A call that wants its turn; each is told exactly one of start, crowd and giveUp, or dropped.
   */
  interface Call {
    /** Whether its token was accepted before. */
    boolean known();

    /** When its turn comes too late. */
    long deadlineNanos();

    /** It is its turn; {@link CallQueue#ended} is called when it has ended. */
    void start();

    /** Another call wants its place; it ends, unless somebody waits for it again. */
    void breakOff();

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
    FAILED,
    /** Broken off before there was an answer. */
    BROKEN_OFF
  }

  private final int places;
  private final int placesForUnknown;
  private final int maxUnknownQueued;
  private final LongSupplier nanoTime;
  private final CallBudget budget;
  private final Deque<Call> known = new ArrayDeque<>();
  private final Deque<Call> unknown = new ArrayDeque<>();
  private final Set<Call> running = new HashSet<>();
  private final Set<Call> unwanted = new LinkedHashSet<>();
  private final AtomicInteger drains = new AtomicInteger();
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
      proceed();
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
   * Nobody waits for the call any more; {@link #proceed} follows.
   *
   * @return whether it was dropped before its turn; then it is told nothing more
   */
  synchronized boolean unwanted(Call call) {
    if (running.contains(call)) {
      unwanted.add(call);
      return false;
    }
    return known.remove(call) || unknown.remove(call);
  }

  /** Somebody waits for the call again. */
  synchronized void wantedAgain(Call call) {
    unwanted.remove(call);
  }

  /**
   * A call that was started has ended.
   *
   * @param tell tells those who wait, between the count and the next calls
   */
  void ended(Call call, Outcome outcome, Runnable tell) {
    count(call, outcome);
    tell.run();
    proceed();
  }

  private synchronized void count(Call call, Outcome outcome) {
    running.remove(call);
    unwanted.remove(call);
    unknownRunning -= call.known() ? 0 : 1;
    switch (outcome) {
      case ACCEPTED -> {
        failing = false;
        if (!call.known()) {
          budget.giveBack();
        }
      }
      case REFUSED -> failing = false;
      case FAILED -> failing = true;
      case BROKEN_OFF -> chargeBrokenOff(call);
    }
  }

  /** The issuer may work on it still, so a call that had no cost gets one. */
  private void chargeBrokenOff(Call call) {
    if (call.known()) {
      budget.take(nanoTime.getAsLong());
    }
  }

  /**
   * Gives turns as long as there are any. One thread at a time, and never one inside itself, since
   * a call may end where it starts.
   */
  void proceed() {
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
    Call call = running.size() < places ? known.poll() : null;
    if (call == null && running.size() < places && unknownRunning < placesForUnknown) {
      call = unknown.poll();
    }
    return call == null ? roomMade() : turn(call);
  }

  /** Ends the call that has been unwanted longest, if another one can have its place. */
  private @Nullable Runnable roomMade() {
    boolean unknownWait = !unknown.isEmpty();
    if (known.isEmpty() && !unknownWait) {
      return null;
    }
    for (Iterator<Call> calls = unwanted.iterator(); calls.hasNext(); ) {
      Call call = calls.next();
      boolean helps = !known.isEmpty() || !call.known() || unknownRunning < placesForUnknown;
      if (helps) {
        calls.remove();
        return call::breakOff;
      }
    }
    return null;
  }

  private Runnable turn(Call call) {
    long now = nanoTime.getAsLong();
    if (now - call.deadlineNanos() >= 0) {
      return call::giveUp;
    }
    boolean free = call.known() && !failing;
    if (!free && !budget.take(now)) {
      return failing ? call::giveUp : call::crowd;
    }
    running.add(call);
    unknownRunning += call.known() ? 0 : 1;
    return call::start;
  }
}
