package dev.bearward.server;

import java.util.EnumMap;
import java.util.Map;

/** How many frames of each {@link FrameKind} one connection may still bring. */
final class FrameBudgets {
  private static final double NANOS = 1e9;

  private final Map<FrameKind, Budget> budgets = new EnumMap<>(FrameKind.class);

  FrameBudgets() {
    for (FrameKind kind : FrameKind.values()) {
      budgets.put(kind, new Budget(kind));
    }
  }

  private static final class Budget {
    private final FrameKind kind;
    private double left;

    Budget(FrameKind kind) {
      this.kind = kind;
      this.left = kind.most();
    }

    void add(double more) {
      left = Math.min(kind.most(), left + more);
    }

    boolean take() {
      left--;
      return left >= 0;
    }
  }

  /** Takes one; false when there was none left. */
  boolean take(FrameKind kind) {
    Budget budget = budgets.get(kind);
    return budget != null && budget.take();
  }

  /** There is reason for so many more. */
  void allow(FrameKind kind, int more) {
    Budget budget = budgets.get(kind);
    if (budget != null) {
      budget.add(more);
    }
  }

  /** So much time has passed. */
  void tick(long nanos) {
    for (Budget budget : budgets.values()) {
      budget.add(budget.kind.perSecond() * (nanos / NANOS));
    }
  }
}
