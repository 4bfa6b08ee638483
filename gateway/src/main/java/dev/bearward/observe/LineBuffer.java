package dev.bearward.observe;

import java.util.Arrays;

/**
 * Lines of one event loop that are not written yet. Two arrays take turns: the event loop fills one
 * while the writer writes the other. The lock is held for a copy in memory, never for I/O.
 */
final class LineBuffer {
  /** What became of a line. */
  enum Added {
    /** It waits for the writer. */
    WAITS,
    /** It waits, and with it more than half of the room is taken: the writer had better come. */
    HALF_FULL,
    /** There was no room for it. */
    DROPPED
  }

  /** Takes what waited; the bytes are valid during the call only. */
  interface Sink {
    void write(byte[] bytes, int length, int lines);
  }

  private static final int FIRST_SIZE = 16 * 1024;

  private final int limit;
  private byte[] filling;
  private byte[] spare;
  private int length;
  private int lines;

  /**
   * @param limit most bytes waiting; a line that does not fit is refused
   */
  LineBuffer(int limit) {
    this.limit = limit;
    this.filling = new byte[Math.min(FIRST_SIZE, limit)];
    this.spare = filling.clone();
  }

  /** Takes a copy of a line, or nothing. */
  synchronized Added add(Line line) {
    int end = length + line.length();
    if (end > limit) {
      return Added.DROPPED;
    }
    if (end > filling.length) {
      filling = Arrays.copyOf(filling, Math.min(limit, Math.max(end, 2 * filling.length)));
    }
    System.arraycopy(line.bytes(), 0, filling, length, line.length());
    boolean crossed = length <= limit / 2 && end > limit / 2;
    length = end;
    lines++;
    return crossed ? Added.HALF_FULL : Added.WAITS;
  }

  /** Gives all that waits to the one writer, outside the lock; false when nothing waited. */
  boolean drain(Sink sink) {
    byte[] full;
    int bytes;
    int count;
    synchronized (this) {
      full = filling;
      bytes = length;
      count = lines;
      filling = spare;
      spare = full;
      length = 0;
      lines = 0;
    }
    if (bytes == 0) {
      return false;
    }
    sink.write(full, bytes, count);
    return true;
  }
}
