package dev.bearward.server;

/**
 * Frames and faults of HTTP/2 that cost the sender next to nothing, and how many of each a
 * connection may bring: some at once, some more a second, and more for work that gives a client
 * reason to send them. Beyond that the client is told to calm down (RFC 9113 section 10.5).
 */
enum FrameKind {
  /** DATA without a byte that does not end the stream. */
  EMPTY_DATA(50, 5),
  PRIORITY(200, 20),
  /** The client takes back what it asked for. */
  RESET(100, 20),
  SETTINGS(20, 1),
  PING(100, 20),
  WINDOW_UPDATE(2000, 200),
  /** Frames that mean nothing here. */
  OTHER(100, 10),
  /** Frames on streams that we reset, which the client may not know yet. */
  LATE(2000, 200),
  /** Streams that we had to reset because of what the client sent. */
  FAULT(100, 20);

  private final int most;
  private final int perSecond;

  FrameKind(int most, int perSecond) {
    this.most = most;
    this.perSecond = perSecond;
  }

  /** Most at once. */
  int most() {
    return most;
  }

  /** As many more every second. */
  int perSecond() {
    return perSecond;
  }
}
