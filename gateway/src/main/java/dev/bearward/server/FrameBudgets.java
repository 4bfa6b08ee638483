package dev.bearward.server;

import java.util.Arrays;

/** How many frames of each {@link FrameKind} one connection may still bring. */
final class FrameBudgets {
  private static final FrameKind[] KINDS = FrameKind.values();
  private static final double NANOS = 1e9;

  private final double[] left = Arrays.stream(KINDS).mapToDouble(FrameKind::most).toArray();

  /** Takes one; false when there was none left. */
  boolean take(FrameKind kind) {
    double before = left[kind.ordinal()];
    left[kind.ordinal()] = before - 1;
    return before >= 1;
  }

  /** There is reason for so many more. */
  void allow(FrameKind kind, int more) {
    left[kind.ordinal()] = Math.min(kind.most(), left[kind.ordinal()] + more);
  }

  /** So much time has passed. */
  void tick(long nanos) {
    for (int i = 0; i < KINDS.length; i++) {
      left[i] = Math.min(KINDS[i].most(), left[i] + KINDS[i].perSecond() * (nanos / NANOS));
    }
  }
}
