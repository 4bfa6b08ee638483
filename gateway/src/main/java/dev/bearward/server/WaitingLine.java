package dev.bearward.server;

import org.jspecify.annotations.Nullable;

/**
 * Connections in the order in which they began to wait for the same thing. To join and to leave
 * costs a few writes and no memory. Confined to one event loop.
 */
final class WaitingLine {
  private @Nullable Place first;
  private @Nullable Place last;

  /** Who has waited longest, or null when nobody waits. */
  @Nullable Attended longest() {
    return first == null ? null : first.connection;
  }

  /** A connection's place in a line; it stands in one line at most. */
  static final class Place {
    private final Attended connection;
    private @Nullable WaitingLine line;
    private @Nullable Place before;
    private @Nullable Place after;

    Place(Attended connection) {
      this.connection = connection;
    }

    /** Goes to the end of that line. */
    void join(WaitingLine joined) {
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
      WaitingLine left = line;
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
