package dev.bearward.server;

import java.util.Arrays;

/**
 * What became of the latest streams that a client began, for frames that come on one that is closed
 * (RFC 9113 section 5.1): some are faults, others were only on their way.
 */
final class StreamPasts {
  /** How a stream came to be closed. */
  enum Past {
    /** The client passed it over, and may not begin it any more (section 5.1.1). */
    PASSED_OVER,
    /** The client has ended its side: nothing more can be on its way. */
    ENDED,
    /** We reset it, and the client goes on until it knows. */
    RESET,
    /** In another way, too long ago, or not yet. */
    UNKNOWN
  }

  /** Streams that are remembered, a power of two. */
  private static final int MOST = 512;

  private final Past[] pasts = new Past[MOST];
  private int last = -1;

  StreamPasts() {
    Arrays.fill(pasts, Past.UNKNOWN);
  }

  private static int slot(int stream) {
    return (stream >>> 1) & (MOST - 1);
  }

  /** The client begins a stream, and with it passes over those between it and the last. */
  void begun(int stream) {
    for (int passed = Math.max(last + 2, stream - 2 * MOST); passed < stream; passed += 2) {
      pasts[slot(passed)] = Past.PASSED_OVER;
    }
    pasts[slot(stream)] = Past.UNKNOWN;
    last = stream;
  }

  /** A stream is closed that was begun. */
  void closed(int stream, Past how) {
    if (isRemembered(stream)) {
      pasts[slot(stream)] = how;
    }
  }

  Past of(int stream) {
    return isRemembered(stream) ? pasts[slot(stream)] : Past.UNKNOWN;
  }

  private boolean isRemembered(int stream) {
    return stream <= last && last - stream < 2 * MOST;
  }
}
