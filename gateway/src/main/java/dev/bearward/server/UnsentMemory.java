package dev.bearward.server;

import java.util.concurrent.Executor;

/**
 * Counts the bytes of responses that one event loop holds since their clients do not take them,
 * against its share. Beyond it those are cut off that have taken nothing for longest: a client that
 * reads has taken something a moment ago. Confined to the loop.
 */
final class UnsentMemory {
  /** A response that waits for its client. */
  interface Unread {
    /** What waits cannot be kept any longer. */
    void cutOff();
  }

  private final long most;
  private final Executor loop;
  private final WaitingLine<Share> line = new WaitingLine<>();
  private long held;
  private boolean clearing;

  /**
   * @param most bytes
   * @param loop the event loop
   */
  UnsentMemory(long most, Executor loop) {
    this.most = most;
    this.loop = loop;
  }

  /** Whether so much is held that nobody should get more than the least. */
  boolean isScarce() {
    return held > most / 2;
  }

  /** Bytes held. */
  long held() {
    return held;
  }

  /** Not at once: whoever counts is in the midst of a response, perhaps the one to be cut off. */
  private void clearSoon() {
    if (!clearing) {
      clearing = true;
      loop.execute(this::clear);
    }
  }

  private void clear() {
    clearing = false;
    for (Share slowest = line.longest(); held > most && slowest != null; slowest = line.longest()) {
      slowest.cutOff();
    }
  }

  /** What one response holds of it. */
  final class Share {
    private final Unread response;
    private final WaitingLine.Place<Share> place = new WaitingLine.Place<>(this);
    private long bytes;
    private boolean over;

    Share(Unread response) {
      this.response = response;
    }

    /** The response now holds so much, in place of what it held. */
    void set(long now) {
      if (over) {
        return;
      }
      held += now - bytes;
      if (now == 0) {
        place.leave();
      } else if (bytes == 0) {
        place.join(line);
      }
      bytes = now;
      if (held > most) {
        clearSoon();
      }
    }

    /** The client has taken something, and so much is left. */
    void taken(long now) {
      set(now);
      if (bytes > 0) {
        place.join(line);
      }
    }

    private void cutOff() {
      close();
      response.cutOff();
    }

    /** The response is over. */
    void close() {
      set(0);
      over = true;
    }
  }
}
