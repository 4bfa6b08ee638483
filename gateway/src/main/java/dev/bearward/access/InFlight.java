package dev.bearward.access;

import java.util.concurrent.atomic.AtomicInteger;

/** Lets exchanges of a route in up to a limit; what they are counted in may outlive the limit. */
final class InFlight {
  private final AtomicInteger count;
  private final int limit;

  InFlight(AtomicInteger count, int limit) {
    this.count = count;
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
