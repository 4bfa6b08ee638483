package dev.bearward.server;

/** Bytes of response bodies that wait on the streams of one connection. */
final class UnsentBytes {
  private final UnsentMemory memory;
  private final Runnable whenRoom;
  private long bytes;

  /**
   * @param memory of the event loop
   * @param whenRoom runs when there is room again
   */
  UnsentBytes(UnsentMemory memory, Runnable whenRoom) {
    this.memory = memory;
    this.whenRoom = whenRoom;
  }

  void add(int more) {
    bytes += more;
  }

  void remove(int fewer) {
    boolean before = hasRoom();
    bytes -= fewer;
    if (!before && hasRoom()) {
      whenRoom.run();
    }
  }

  /** Whether a stream may get more than it can do with. */
  boolean hasRoom() {
    return bytes < Http2Bounds.MAX_UNSENT && !memory.isScarce();
  }

  /** Bytes that are held beyond what may be for long; negative when there are none. */
  long excess() {
    return bytes - Http2Bounds.MAX_UNREAD;
  }

  /** A share of the event loop's memory for one response. */
  UnsentMemory.Share share(UnsentMemory.Unread response) {
    return memory.new Share(response);
  }
}
