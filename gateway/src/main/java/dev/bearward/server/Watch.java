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
  private final Pace bodyPace;
  private final Pace responsePace;
  private long waited;
  private long limit;

  Watch(ServerSettings.Timeouts timeouts, long tickNanos, Channel channel) {
    this.tickNanos = tickNanos;
    this.channel = channel;
    this.bodyPace = new Pace(timeouts.body(), true);
    this.responsePace = new Pace(timeouts.idle(), false);
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

  /** A request body begins to be waited for. */
  void bodyBegins() {
    bodyPace.reset(0);
  }

  /** Whether the client sends its body too slowly; asked only while it is waited for. */
  boolean bodyStalls(long passed, long bytes) {
    return bodyPace.tooSlow(passed, bytes);
  }

  /** Whether the client takes nothing of what is written. */
  boolean responseStalls(long passed) {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    if (unsent == null || unsent.totalPendingWriteBytes() == 0) {
      responsePace.reset(0);
      return false;
    }
    long left = unsent.totalPendingWriteBytes() - unsent.currentProgress();
    return responsePace.tooSlow(passed, left);
  }
}
