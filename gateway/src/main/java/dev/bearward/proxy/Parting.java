package dev.bearward.proxy;

import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How a WebSocket whose token came to its end is closed (RFC 6455 section 7.1): both sides get a
 * Close at the next boundary between frames, and each connection is closed once its side has
 * answered. Event loop only.
 */
final class Parting {
  private final FramedEnd client;
  private final FramedEnd upstream;
  private boolean begun;

  /**
   * @param randoms where the key of the upstream's Close comes from
   */
  Parting(
      TunnelEnd client,
      TunnelEnd upstream,
      ByteBufAllocator allocator,
      Supplier<RandomGenerator> randoms,
      Runnable progress) {
    this.client = new FramedEnd(client, upstream, () -> CloseFrame.plain(allocator), progress);
    this.upstream =
        new FramedEnd(
            upstream,
            client,
            () -> CloseFrame.masked(allocator, randoms.get().nextInt()),
            progress);
  }

  /** The client's end, to be used in its place. */
  FramedEnd client() {
    return client;
  }

  /** The upstream's end, to be used in its place. */
  FramedEnd upstream() {
    return upstream;
  }

  void begin() {
    begun = true;
    client.part();
    upstream.part();
  }

  boolean isBegun() {
    return begun;
  }

  /**
   * Closes what has said its last.
   *
   * @return whether that was all
   */
  boolean proceed() {
    boolean clientDone = clientIsDone();
    boolean upstreamDone = upstream.isGone() || (upstream.isShut() && client.sourceIsDone());
    if (clientDone) {
      client.close();
    }
    if (upstreamDone) {
      upstream.close();
    }
    return clientDone && upstreamDone;
  }

  /** Whether nothing more has to be said to the client. */
  boolean clientIsDone() {
    return client.isGone() || (client.isShut() && upstream.sourceIsDone());
  }

  /** Whether the client got a Close. */
  boolean isOrderly() {
    return client.isShut();
  }

  /** Waits no longer: a side in the middle of a frame cannot be told in an orderly way. */
  void giveUp() {
    cut(client);
    cut(upstream);
  }

  private static void cut(FramedEnd end) {
    if (end.isShut()) {
      end.close();
    } else {
      end.reset();
    }
  }
}
