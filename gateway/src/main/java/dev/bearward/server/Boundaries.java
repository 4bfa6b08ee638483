package dev.bearward.server;

import io.netty.buffer.ByteBuf;

/** Knows where in a body one thing ends and the next may begin. Changes nothing. */
interface Boundaries {
  /**
   * Goes on over bytes, which are left as they are.
   *
   * @param toBoundary whether to stop at the first boundary
   * @return how many bytes that were
   */
  int follow(ByteBuf bytes, boolean toBoundary);

  /** Whether nothing is begun that is not at its end. */
  boolean here();
}
