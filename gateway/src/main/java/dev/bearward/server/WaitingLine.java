package dev.bearward.server;

import org.jspecify.annotations.Nullable;

/**
 * Those that wait for the same thing, in the order in which they began to. To join and to leave
 * costs a few writes and no memory. Confined to one event loop.
 */
final class WaitingLine<T> {
  private @Nullable Place<T> first;
  private @Nullable Place<T> last;

  /** Who has waited longest, or null when nobody waits. */
  @Nullable T longest() {
    return first == null ? null : first.owner;
  }

  /** A place in a line; it stands in one line at most. */
  static final class Place<T> {
    private final T owner;
    private @Nullable WaitingLine<T> line;
    private @Nullable Place<T> before;
    private @Nullable Place<T> after;

    Place(T owner) {
      this.owner = owner;
    }

    /** Goes to the end of that line. */
    void join(WaitingLine<T> joined) {
      leave();
      line = joined;
      before = joined.last;
      if (before == null) {
        joined.first = this;
      } else {
        before.after = this;
      }
      joined.last = this;
    }

    /** Waits no more. */
    void leave() {
      WaitingLine<T> left = line;
      if (left == null) {
        return;
      }
      if (before == null) {
        left.first = after;
      } else {
        before.after = after;
      }
      if (after == null) {
        left.last = before;
      } else {
        after.before = before;
      }
      line = null;
      before = null;
      after = null;
    }
  }
}
