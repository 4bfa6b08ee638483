package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;

/** The sink of a request that goes nowhere: takes nothing of its body. */
abstract sealed class UnreadBody implements RequestSink
    permits LocalAnswer, UnsentForwarder.Nowhere {
  @Override
  public final void body(ByteBuf part) {
    part.release();
  }

  @Override
  public final void end(HttpHeaders trailers) {
    // Nobody waits for it.
  }

  @Override
  public final boolean wantsBody() {
    return false;
  }

  @Override
  public final void clientWritable() {
    // No response waits for room.
  }
}
