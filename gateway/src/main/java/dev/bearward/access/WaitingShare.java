package dev.bearward.access;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What requests that wait for one issuer may take: places, and an even part of the memory. All
 * issuers have the same, and nobody takes another's: a silent issuer fills its own share only.
 */
public final class WaitingShare {
  private final int places;
  private final int shares;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param places most requests that wait
   * @param shares how many shares the memory is divided into
   */
  public WaitingShare(int places, int shares) {
    this.places = places;
    this.shares = shares;
  }

  /** Takes a place; false when there is none. */
  boolean enter() {
    if (taken.incrementAndGet() <= places) {
      return true;
    }
    leave();
    return false;
  }

  /** Gives a place back. */
  void leave() {
    taken.decrementAndGet();
  }

  /** Places taken. */
  int taken() {
    return taken.get();
  }

  /**
   * Takes memory, until {@link #release}; false when the share has no more.
   *
   * @param mostOfAll bytes that all shares may take together
   */
  public boolean hold(long size, long mostOfAll) {
    if (bytes.addAndGet(size) <= mostOfAll / shares) {
      return true;
    }
    release(size);
    return false;
  }

  /** Gives memory back. */
  public void release(long size) {
    bytes.addAndGet(-size);
  }
}
