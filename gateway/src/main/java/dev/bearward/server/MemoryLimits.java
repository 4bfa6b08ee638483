package dev.bearward.server;

import io.netty.util.internal.PlatformDependent;

/**
 * What requests may hold of the process's memory, so that no number of clients can use it up. They
 * follow from the sizes of the heap and of direct memory.
 *
 * @param heads bytes of request heads, from their first byte to the end of their exchange, and of
 *     requests that wait undecoded behind them; all event loops share it equally
 * @param responses bytes of responses that their clients do not take; all event loops share it
 *     equally
 * @param waiting bytes of requests whose decision waits
 * @param connections open client connections
 */
record MemoryLimits(long heads, long responses, long waiting, int connections) {
  /** Heads get a quarter of the smaller memory: undecoded they are direct, decoded on the heap. */
  private static final int PART_OF_HEADS = 4;

  /**
   * Responses that wait are direct. With the heads that leaves a quarter for what is on its way.
   */
  private static final int PART_OF_RESPONSES = 2;

  private static final int PART_OF_WAITING = 8;
  private static final int PART_OF_CONNECTIONS = 2;

  /** Heap that a kept connection takes between requests: 2.7 KiB of 4,000, rounded up. */
  static final int CONNECTION_BYTES = 3 * 1024;

  /** The limits that such memory allows, in bytes. */
  static MemoryLimits of(long heap, long direct) {
    long connections = heap / PART_OF_CONNECTIONS / CONNECTION_BYTES;
    return new MemoryLimits(
        Math.min(heap, direct) / PART_OF_HEADS,
        direct / PART_OF_RESPONSES,
        heap / PART_OF_WAITING,
        Math.clamp(connections, 1, Integer.MAX_VALUE));
  }

  /** What each of so many event loops may hold of what they share. */
  MemoryLimits each(int loops) {
    return new MemoryLimits(heads / loops, responses / loops, waiting, connections);
  }

  static MemoryLimits ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }
}
