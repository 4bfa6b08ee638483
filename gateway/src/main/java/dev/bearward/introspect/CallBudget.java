package dev.bearward.introspect;

/**
 * How many calls may bring nothing: that many at once, and as many more each second. A call takes
 * one, and gives it back when it was worth it. Used by one thread at a time.
 */
final class CallBudget {
  private static final double NANOS = 1e9;

  private final int perSecond;
  private double left;
  private long filledAtNanos;

  CallBudget(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.left = perSecond;
    this.filledAtNanos = nowNanos;
  }

  /** Takes one, if there is one. */
  boolean take(long nowNanos) {
    double more = Math.max(0, nowNanos - filledAtNanos) / NANOS * perSecond;
    left = Math.min(perSecond, left + more);
    filledAtNanos = nowNanos;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }

  /** Gives one back. */
  void giveBack() {
    left = Math.min(perSecond, left + 1);
  }
}
