package dev.bearward.server;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of one connection, and the account of the memory that its requests take before they
 * are responses. Decoders are replaced rather than kept where long lines have made them large.
 */
final class Intake {
  private final ServerSettings.Limits limits;
  private final LoopState loop;
  private final Channel channel;
  private final HeadMemory.Share share;
  private RequestDecoder decoder;

  /**
   * @param decoder the channel's, in its pipeline
   */
  Intake(ServerContext server, LoopState loop, Channel channel, RequestDecoder decoder) {
    this.limits = server.limits();
    this.loop = loop;
    this.channel = channel;
    this.share = loop.heads().new Share();
    this.decoder = decoder;
  }

  /** Stops before the next message. */
  void pause() {
    decoder.pause();
  }

  /** Goes on, first with the bytes that wait. */
  void resume() {
    decoder.resume();
  }

  /** From now on all bytes are thrown away, and soon what is left of those before. */
  void discard() {
    decoder.discard();
  }

  /** Whether a part of a head is here. */
  boolean headBegun() {
    return decoder.headBegun();
  }

  /** Whether bytes enough wait undecoded. */
  boolean isFull() {
    return decoder.waiting() >= Bounds.MAX_WAITING_BYTES;
  }

  /** Memory of the head last completed, about, in bytes. */
  int headBytes() {
    return decoder.headCost();
  }

  /** Whether there is room for the head just completed. */
  boolean headFits() {
    share.set(decoder.headCost());
    return loop.makeRoom();
  }

  /**
   * Whether there is room for the bytes that came. Those of a body do not count: they are not read
   * faster than they leave.
   */
  boolean bytesFit(@Nullable Exchange exchange) {
    int held = isLarge() ? decoder.keptCost() : 0;
    if (exchange != null) {
      held += decoder.headCost();
    }
    if (exchange == null || exchange.upload().isComplete()) {
      held += decoder.pendingCost();
    }
    share.set(held);
    return loop.makeRoom();
  }

  /** Whether long lines have left more behind than may be kept between requests. */
  boolean isLarge() {
    return decoder.keptCost() > Bounds.MAX_KEPT_LINE;
  }

  /** Frees what decoding has left behind; not while something of a request is here. */
  void lighten() {
    if (decoder.keptCost() > 0 && !decoder.headBegun()) {
      replace();
    }
  }

  /** Frees all there is; everything that still comes is thrown away. */
  void drop() {
    replace();
    decoder.discard();
  }

  private void replace() {
    var fresh = new RequestDecoder(limits);
    channel.pipeline().replace(decoder, null, fresh);
    decoder = fresh;
    share.set(0);
  }

  /** HTTP is over: the decoder, with what waits in it; of the requests only the head is left. */
  RequestDecoder handOver() {
    share.set(decoder.headCost());
    return decoder;
  }

  /** The connection is gone. */
  void close() {
    share.set(0);
  }
}
