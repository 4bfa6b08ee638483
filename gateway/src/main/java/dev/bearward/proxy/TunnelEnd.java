package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;

/** One of a tunnel's two ends. Called on the tunnel's event loop only. */
public interface TunnelEnd {
  /** Takes the other end. */
  void joins(TunnelEnd otherEnd);

  /** Sends a part and owns it; {@link #flush} follows. */
  void put(ByteBuf part);

  /** Sends what was put. */
  void flush();

  /** Whether more may be put. */
  boolean isWritable();

  /** The other end takes more: goes on reading. */
  void readOn();

  /** Bytes that came from it. */
  long bytes();

  /** Whether no more come. */
  boolean hasEnded();

  /** Whether it is closed. */
  boolean isGone();

  /** Sends what is left, and then the end of this direction. */
  void endOutput();

  /** Sends what is left, and closes. */
  void close();

  /** Closes at once. */
  void closeNow();

  /** Ends so that the other side cannot take it for an end. */
  void reset();
}
