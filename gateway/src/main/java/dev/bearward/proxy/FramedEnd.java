package dev.bearward.proxy;

import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;

/**
 * An end of a WebSocket's tunnel that can be sent a Close between two frames: follows the frames
 * that it gets, and from a moment on lets nothing through any more. Event loop only.
 */
final class FramedEnd implements TunnelEnd {
  private final TunnelEnd end;
  private final TunnelEnd source;
  private final Supplier<ByteBuf> closeFrame;
  private final Runnable progress;
  private final WebSocketFrames frames = new WebSocketFrames();
  private boolean parting;
  private boolean shut;
  private boolean closing;

  /**
   * @param source where its bytes come from
   * @param closeFrame makes what it is told at the end
   * @param progress hears of everything that comes after {@link #part}
   */
  FramedEnd(TunnelEnd end, TunnelEnd source, Supplier<ByteBuf> closeFrame, Runnable progress) {
    this.end = end;
    this.source = source;
    this.closeFrame = closeFrame;
    this.progress = progress;
  }

  /** Lets the frame that is begun come to its end, then sends a Close and nothing more. */
  void part() {
    parting = true;
    if (frames.atBoundary()) {
      shut();
    }
  }

  /** Whether a Close was sent to it: ours, or before that the other side's. */
  boolean isShut() {
    return shut;
  }

  /** Whether its source has sent a Close, passed on or not, or can send none any more. */
  boolean sourceIsDone() {
    return frames.closed() || source.hasEnded() || source.isGone();
  }

  @Override
  public void put(ByteBuf part) {
    if (!parting) {
      frames.follow(part, false);
      end.put(part);
      return;
    }
    if (!shut) {
      ByteBuf rest = part.readRetainedSlice(frames.follow(part, true));
      end.put(rest);
      end.flush();
      if (frames.atBoundary()) {
        shut();
      }
    }
    frames.follow(part, false);
    part.release();
    progress.run();
  }

  private void shut() {
    shut = true;
    if (!frames.closed()) {
      end.put(closeFrame.get());
      end.flush();
    }
    source.readOn();
  }

  @Override
  public boolean isWritable() {
    return shut || end.isWritable();
  }

  @Override
  public void close() {
    if (!closing) {
      closing = true;
      end.close();
    }
  }

  @Override
  public void joins(TunnelEnd otherEnd) {
    end.joins(otherEnd);
  }

  @Override
  public void flush() {
    end.flush();
  }

  @Override
  public void readOn() {
    end.readOn();
  }

  @Override
  public long bytes() {
    return end.bytes();
  }

  @Override
  public boolean hasEnded() {
    return end.hasEnded();
  }

  @Override
  public boolean isGone() {
    return end.isGone();
  }

  @Override
  public void endOutput() {
    end.endOutput();
  }

  @Override
  public void closeNow() {
    end.closeNow();
  }

  @Override
  public void reset() {
    end.reset();
  }
}
