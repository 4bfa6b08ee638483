package dev.bearward.proxy;

import dev.bearward.http.Reason;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Bytes both ways between a client and an upstream that have left HTTP behind. Nothing is looked
 * at, but for where frames begin when the tunnel may have to be closed between them. A side that
 * cannot be written stops the reading of the other; an end, an end of one direction and a reset are
 * passed on as what they are. Both connections live on one event loop, and all methods are called
 * there.
 */
public final class Tunnel {
  /** Hears of the end. */
  public interface Listener {
    /**
     * The tunnel ended by itself; its connections are about to be closed. Not called after {@link
     * Tunnel#close}.
     *
     * @param reason whose fault it was, or null for nobody's or the client's
     * @param orderly whether both sides came to their end
     */
    void ended(@Nullable Reason reason, boolean orderly);
  }

  /** Longest silence once one side has ended: a WebSocket has no use for one direction alone. */
  private static final Duration HALF_OPEN = Duration.ofSeconds(30);

  /** How long the last bytes may take to leave. */
  private static final Duration LAST_BYTES = Duration.ofSeconds(10);

  /** How long the sides of a WebSocket whose token has expired may take to close it. */
  private static final Duration PARTING = Duration.ofSeconds(5);

  private final TunnelSide upstream;
  private final ChannelHandler upstreamDecoder;
  private final Supplier<RandomGenerator> randoms;
  private final ByteBufAllocator allocator;
  private final Deadline deadline;
  private boolean closable;
  private @Nullable Parting parting;
  private @Nullable TunnelEnd client;
  private @Nullable Listener listener;
  private long idleNanos;
  private boolean over;

  /** Takes an upstream connection, and the handler in whose place its bytes can be had. */
  Tunnel(Channel upstream, ChannelHandler decoder, Supplier<RandomGenerator> randoms) {
    this.upstream = new TunnelSide(this, upstream);
    this.upstreamDecoder = decoder;
    this.randoms = randoms;
    this.allocator = upstream.alloc();
    this.deadline = new Deadline(upstream.eventLoop(), this::deadlinePassed);
  }

  /** To be called before it is joined: makes {@link #expire} possible. */
  public void followFrames() {
    closable = true;
  }

  /**
   * Joins the client, and passes on what has come already. From now on the tunnel decides when the
   * client's connection is read, and closes it.
   *
   * @param channel the client's, on the same event loop
   * @param decoder its handler that is to be replaced; bytes that it holds go through the tunnel
   * @param idle longest time without a byte in either direction
   */
  public void join(Channel channel, ChannelHandler decoder, Duration idle, Listener end) {
    var side = new TunnelSide(this, channel);
    joins(side, idle, end);
    side.replaces(decoder);
    upstream.replaces(upstreamDecoder);
  }

  /**
   * Joins a client that is no connection by itself.
   *
   * @param idle longest time without a byte in either direction
   */
  public void join(TunnelEnd end, Duration idle, Listener hears) {
    joins(end, idle, hears);
    upstream.replaces(upstreamDecoder);
  }

  private void joins(TunnelEnd side, Duration idle, Listener end) {
    client = side;
    listener = end;
    idleNanos = idle.toNanos();
    if (closable) {
      parting = new Parting(side, upstream, allocator, randoms, this::parts);
    }
    side.joins(parting == null ? upstream : parting.upstream());
    upstream.joins(parting == null ? side : parting.client());
    moved();
  }

  /** Bytes that came from the client. */
  public long bytesUp() {
    return client == null ? 0 : client.bytes();
  }

  /** Bytes that came from the upstream. */
  public long bytesDown() {
    return upstream.bytes();
  }

  /** Ends it from outside, in an orderly way; the listener hears nothing. */
  public void close() {
    if (!over) {
      leave();
    }
  }

  /**
   * The token came to its end: both sides of the WebSocket are told so between two frames (RFC 6455
   * section 7.4.1, status 1008), and their connections closed within a bounded time.
   */
  public void expire() {
    Parting both = parting;
    if (!over && both != null && !both.isBegun()) {
      deadline.in(PARTING.toNanos());
      both.begin();
      parts();
    }
  }

  private void parts() {
    if (over || parting == null) {
      return;
    }
    if (parting.clientIsDone()) {
      tell(null, parting.isOrderly());
    }
    if (parting.proceed()) {
      leave();
      stopIfGone();
    }
  }

  private void stopIfGone() {
    if (upstream.isGone() && (client == null || client.isGone())) {
      deadline.stop();
    }
  }

  private TunnelEnd opposite(TunnelEnd side) {
    return side == upstream && client != null ? client : upstream;
  }

  private boolean isParting() {
    return parting != null && parting.isBegun();
  }

  // What the ends report.

  /** A byte moved. */
  public void moved() {
    if (!over && !isParting()) {
      deadline.in(idleNanos);
    }
  }

  /** Nothing more comes from a side. */
  public void ended(TunnelEnd side) {
    if (over) {
      return;
    }
    if (isParting()) {
      parts();
    } else if (opposite(side).hasEnded()) {
      end(null, true);
    } else {
      opposite(side).endOutput();
      idleNanos = Math.min(idleNanos, HALF_OPEN.toNanos());
      moved();
    }
  }

  /** The connection of a side is closed. */
  public void gone() {
    if (!over && isParting()) {
      parts();
    } else if (!over) {
      end(null, true);
    } else {
      stopIfGone();
    }
  }

  /** A side was reset. */
  public void broken(TunnelEnd side) {
    if (!over && isParting()) {
      side.closeNow(); // What was said to the other side stands.
      parts();
    } else if (!over) {
      over = true;
      tell(side == upstream ? Reason.UPSTREAM_RESET : null, false);
      opposite(side).reset();
      side.reset();
    }
  }

  private void deadlinePassed() {
    if (!over && parting != null && parting.isBegun()) {
      tell(null, parting.isOrderly());
      over = true;
      deadline.in(LAST_BYTES.toNanos());
      parting.giveUp();
    } else if (!over) {
      end(null, false);
    } else {
      upstream.closeNow();
      if (client != null) {
        client.closeNow();
      }
    }
  }

  private void end(@Nullable Reason reason, boolean orderly) {
    over = true;
    tell(reason, orderly);
    leave();
  }

  private void tell(@Nullable Reason reason, boolean orderly) {
    Listener hears = listener;
    listener = null; // It is told once.
    if (hears != null) {
      hears.ended(reason, orderly);
    }
  }

  private void leave() {
    over = true;
    deadline.in(LAST_BYTES.toNanos());
    if (parting != null) {
      parting.upstream().close();
      parting.client().close();
      return;
    }
    upstream.close();
    if (client != null) {
      client.close();
    }
  }
}
