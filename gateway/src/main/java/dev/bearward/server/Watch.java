package dev.bearward.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;

/**
 * The time limits of one connection. Time is counted in the loop's ticks, so that entering a state
 * costs nothing; a limit is never cut short and is passed by a tick at most.
 */
final class Watch {
  /** No limit: something else bounds the state. */
  static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  private final long tickNanos;
  private final Channel channel;
  private final UploadPace upload;
  private final Pace responsePace;
  private long waited;
  private long limit;

  Watch(ServerSettings.Timeouts timeouts, long tickNanos, Channel channel) {
    this.tickNanos = tickNanos;
    this.channel = channel;
    this.upload = new UploadPace(timeouts.body());
    this.responsePace = new Pace(timeouts.idle());
  }

  /** A state begins that may last so long. */
  void begin(Duration longest) {
    limit = longest.toNanos();
    waited = -tickNanos;
  }

  /** Whether the state has lasted its time, after so many more nanoseconds. */
  boolean over(long passed) {
    waited += passed;
    return waited >= limit;
  }

  /** Whether the state has lasted that long. */
  boolean lasted(Duration time) {
    return waited >= time.toNanos();
  }

  /** The pace of request bodies. */
  UploadPace upload() {
    return upload;
  }

  /** Whether the client takes too little of what is written: so many bytes in all. */
  boolean responseStalls(long passed, long written) {
    long unsent = unsent(channel);
    if (unsent == 0) {
      responsePace.reset(written); // Who has taken everything owes nothing.
      return false;
    }
    return responsePace.tooSlow(passed, written - unsent);
  }

  /** Whether the client takes nothing of what is written. */
  boolean outputStalls(long passed) {
    long unsent = unsent(channel);
    if (unsent == 0) {
      responsePace.reset(0);
      return false;
    }
    return responsePace.silent(passed, unsent);
  }

  /** Bytes that wait for a client to take them; those in the kernel are not seen. */
  static long unsent(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
  }
}
