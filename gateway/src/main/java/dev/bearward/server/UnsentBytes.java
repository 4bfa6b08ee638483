package dev.bearward.server;

/** Bytes of response bodies that wait on the streams of one connection. */
final class UnsentBytes {
  private final Runnable whenRoom;
  private long bytes;

  /**
   * @param whenRoom runs when there is room again
   */
  UnsentBytes(Runnable whenRoom) {
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

  boolean hasRoom() {
    return bytes < Http2Bounds.MAX_UNSENT;
  }
}
