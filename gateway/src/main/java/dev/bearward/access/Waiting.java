package dev.bearward.access;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests whose decision has to wait, up to a limit. */
final class Waiting {
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;

  Waiting(int limit) {
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

  /** Places taken. */
  int count() {
    return count.get();
  }
}
