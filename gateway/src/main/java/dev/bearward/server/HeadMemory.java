package dev.bearward.server;

/** Counts the memory that the request heads of one event loop take, against its share. */
final class HeadMemory {
  private final long most;
  private long held;

  /**
   * @param most bytes
   */
  HeadMemory(long most) {
    this.most = most;
  }

  /** Whether more is held than may be. */
  boolean exceeded() {
    return held > most;
  }

  /** Bytes held by all connections of the loop. */
  long held() {
    return held;
  }

  /** What one connection holds of it. */
  final class Share {
    private long bytes;

    /** The connection now holds so much, in place of what it held. */
    void set(long now) {
      held += now - bytes;
      bytes = now;
    }
  }
}
