package dev.bearward.server;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share: a place to write heads, the Date line of the
 * second, request ids, and one timer that looks at every connection's deadline now and then, so
 * that no request ever makes a timer. Confined to the loop.
 */
final class LoopState {
  /** IMF-fixdate (RFC 9110 section 5.6.7). */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final EventLoop loop;
  private final InstantSource clock;
  private final long tickNanos;
  private final HeadEncoder encoder = new HeadEncoder();
  private final RequestIds ids;
  private long dateSecond = -1;
  private byte[] date = {};
  private @Nullable ClientConnection first;
  private boolean ticking;
  private long lastTick;

  LoopState(EventLoop loop, InstantSource clock, Duration tick, long seed) {
    this.loop = loop;
    this.clock = clock;
    this.tickNanos = tick.toNanos();
    this.ids = new RequestIds(seed);
  }

  EventLoop loop() {
    return loop;
  }

  long tickNanos() {
    return tickNanos;
  }

  HeadEncoder encoder() {
    return encoder;
  }

  RequestIds ids() {
    return ids;
  }

  /** The Date field line of this second (RFC 9110 section 6.6.1). */
  byte[] date() {
    long second = Math.floorDiv(clock.millis(), 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      date = HeadEncoder.ascii("date: " + DATE.format(Instant.ofEpochSecond(second)) + "\r\n");
    }
    return date;
  }

  /** Takes a connection in, until {@link #remove}. */
  void add(ClientConnection connection) {
    connection.link(null, first);
    if (first != null) {
      first.link(connection, first.next());
    }
    first = connection;
    if (!ticking) {
      ticking = true;
      lastTick = System.nanoTime();
      scheduleTick();
    }
  }

  void remove(ClientConnection connection) {
    ClientConnection before = connection.previous();
    ClientConnection after = connection.next();
    if (before != null) {
      before.link(before.previous(), after);
    } else if (first == connection) {
      first = after;
    }
    if (after != null) {
      after.link(before, after.next());
    }
    connection.link(null, null);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // ends by itself, and with the loop
  private void scheduleTick() {
    loop.schedule(this::tick, tickNanos, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    long passed = now - lastTick;
    lastTick = now;
    forEach(connection -> connection.tick(passed));
    ticking = first != null;
    if (ticking) {
      scheduleTick();
    }
  }

  /** Visits all connections; one may remove itself meanwhile. */
  void forEach(Consumer<ClientConnection> visitor) {
    ClientConnection connection = first;
    while (connection != null) {
      ClientConnection next = connection.next();
      visitor.accept(connection);
      connection = next;
    }
  }
}
