package dev.bearward.access;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the exchanges of a route that are in flight, up to a limit. */
final class InFlight {
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;

  InFlight(int limit) {
    this.limit = limit;
  }

  /** Takes a place; false when there is none. */
  boolean enter() {
    if (count.incrementAndGet() <= limit) {
      return true;
    }
    leave();
    return false;
  }

  /** Gives a place back. */
  void leave() {
    count.decrementAndGet();
  }
}
