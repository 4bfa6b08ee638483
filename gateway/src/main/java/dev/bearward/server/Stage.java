package dev.bearward.server;

import io.netty.channel.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP/1.1 connection is doing, since when, and in which line it waits meanwhile. Says what
 * has taken too long, and leaves it to the connection what becomes of that.
 */
final class Stage {
  /** What took too long. */
  enum Lapse {
    NONE,
    /** The client takes nothing of its response. */
    RESPONSE,
    /** The client sends its body too slowly. */
    BODY,
    /** The head was not complete in time. */
    HEAD,
    /** The rest of a body that nobody wants. */
    DRAIN,
    /** The connection is of no more use. */
    CONNECTION,
    /** What long lines have left behind was kept long enough. */
    LINE
  }

  private final LoopState loop;
  private final Watch watch;
  private final WaitingLine.Place<Attended> place;
  private ConnectionState state = ConnectionState.IDLE;

  Stage(Attended connection, ServerContext server, LoopState loop, Channel channel) {
    this.loop = loop;
    this.watch = new Watch(server.timeouts(), loop.tickNanos(), channel);
    this.place = new WaitingLine.Place<>(connection);
  }

  ConnectionState state() {
    return state;
  }

  boolean is(ConnectionState other) {
    return state == other;
  }

  /** Goes on to a state that may last so long. */
  void enter(ConnectionState entered, Duration longest) {
    state = entered;
    watch.begin(longest);
    switch (entered) {
      case IDLE -> place.join(loop.idle());
      case HEAD -> place.join(loop.unfinished());
      case DECIDING, FORWARDING, TUNNEL, DRAINING, FLUSHING, LINGERING, CLOSED -> place.leave();
    }
  }

  /** Goes on to forwarding: from now on the request body may be waited for. */
  void forwarding() {
    enter(ConnectionState.FORWARDING, Watch.NEVER);
    watch.upload().begin();
  }

  /** The socket is closed. */
  void close() {
    state = ConnectionState.CLOSED;
    place.leave();
  }

  /**
   * What has lasted too long, after so many more nanoseconds.
   *
   * @param written bytes written to the client in all
   */
  Lapse lapse(long passed, @Nullable Exchange exchange, long written) {
    boolean over = watch.over(passed);
    if (state != ConnectionState.TUNNEL && watch.responseStalls(passed, written)) {
      return Lapse.RESPONSE;
    }
    return switch (state) {
      case FORWARDING -> bodyStalls(passed, exchange) ? Lapse.BODY : Lapse.NONE;
      case HEAD -> over ? Lapse.HEAD : Lapse.NONE;
      case DRAINING -> over ? Lapse.DRAIN : Lapse.NONE;
      case LINGERING -> over ? Lapse.CONNECTION : Lapse.NONE;
      case IDLE -> {
        Lapse kept = watch.lasted(Bounds.LINE_KEPT) ? Lapse.LINE : Lapse.NONE;
        yield over ? Lapse.CONNECTION : kept;
      }
      case DECIDING, TUNNEL, FLUSHING, CLOSED -> Lapse.NONE;
    };
  }

  private boolean bodyStalls(long passed, @Nullable Exchange exchange) {
    return exchange != null
        && exchange.awaitsBody()
        && watch.upload().isTooSlow(passed, exchange, false);
  }
}
