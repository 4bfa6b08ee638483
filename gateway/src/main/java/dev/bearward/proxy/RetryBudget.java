package dev.bearward.proxy;

import java.time.Duration;

/**
 * Keeps retries to a share of the requests of the last ten to twenty seconds, so that an upstream
 * that is down is not asked twice as much as one that is up. A few are always allowed, or a service
 * with little traffic had none. One event loop's share of one upstream; event loop only.
 */
final class RetryBudget {
  static final long WINDOW = Duration.ofSeconds(10).toNanos();

  /** Retries in that time that any traffic allows. */
  static final int FLOOR = 10;

  private final int percent;
  private long began;
  private boolean begun;
  private long requests;
  private long retries;
  private long requestsBefore;
  private long retriesBefore;

  RetryBudget(int percent) {
    this.percent = percent;
  }

  /** A request was made for the first time. */
  void requested(long now) {
    if (!begun || now - began >= WINDOW) {
      turn(now);
    }
    requests++;
  }

  /** Takes the right to one retry, if there is one. */
  boolean take(long now) {
    if (!begun || now - began >= WINDOW) {
      turn(now);
    }
    long most = Math.max(FLOOR, (requests + requestsBefore) * percent / 100);
    if (retries + retriesBefore >= most) {
      return false;
    }
    retries++;
    return true;
  }

  private void turn(long now) {
    boolean adjoins = begun && now - began < 2 * WINDOW;
    requestsBefore = adjoins ? requests : 0;
    retriesBefore = adjoins ? retries : 0;
    requests = 0;
    retries = 0;
    began = now;
    begun = true;
  }
}
