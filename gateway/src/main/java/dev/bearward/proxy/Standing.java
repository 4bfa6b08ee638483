package dev.bearward.proxy;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How an endpoint stands, by its checks and by what it did. Safe for use by several threads. */
final class Standing {
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean unhealthy;
  private volatile boolean ejected;
  private volatile long ejectedUntil;
  private volatile @Nullable String lastError;

  /**
   * Goes on as another did.
   *
   * @param checks whether what checks found of it holds on
   * @param failures whether it stays left out for its failures, if it is
   */
  void like(Standing other, boolean checks, boolean failures) {
    unhealthy = checks && other.unhealthy;
    ejectedUntil = other.ejectedUntil;
    ejected = failures && other.ejected;
    lastError = other.lastError;
  }

  /** It served an exchange. */
  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  /** It failed an exchange; returns how often in a row. */
  int failed(String why) {
    lastError = why;
    return failures.incrementAndGet();
  }

  /** A check failed, or with null, was good; the counting is the checker's. */
  void checked(boolean healthy, @Nullable String fault) {
    unhealthy = !healthy;
    if (fault != null) {
      lastError = fault;
    }
  }

  boolean isUnhealthy() {
    return unhealthy;
  }

  void eject(long until) {
    ejectedUntil = until;
    ejected = true;
  }

  /** It may show itself again, with a clean slate. */
  void readmit() {
    failures.set(0);
    ejected = false;
  }

  boolean isEjected() {
    return ejected;
  }

  long ejectedUntil() {
    return ejectedUntil;
  }

  /** Whether it is to be chosen. */
  boolean isGood() {
    return !unhealthy && !ejected;
  }

  @Nullable String lastError() {
    return lastError;
  }
}
