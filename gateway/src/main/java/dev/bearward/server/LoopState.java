package dev.bearward.server;

import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

  private static final int DATE_NAME = "date: ".length();
  private static final Attended[] NONE = {};

  private final EventLoop loop;
  private final InstantSource clock;
  private final long tickNanos;
  private final HeadEncoder encoder = new HeadEncoder();
  private final RequestIds ids;
  private final HeadMemory heads;
  private final UnsentMemory unsent;
  private final WaitingLine<Attended> idle = new WaitingLine<>();
  private final WaitingLine<Attended> unfinished = new WaitingLine<>();
  private long dateSecond = -1;
  private byte[] date = {};
  private final Set<Attended> connections = new HashSet<>();
  private boolean ticking;
  private long lastTick;

  /**
   * @param memory what each loop may hold
   */
  LoopState(EventLoop loop, InstantSource clock, Duration tick, long seed, MemoryLimits memory) {
    this.loop = loop;
    this.clock = clock;
    this.tickNanos = tick.toNanos();
    this.ids = new RequestIds(seed);
    this.heads = new HeadMemory(memory.heads());
    this.unsent = new UnsentMemory(memory.responses(), loop);
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

  /** The memory of request heads. */
  HeadMemory heads() {
    return heads;
  }

  /** The memory of responses that wait for their clients. */
  UnsentMemory unsent() {
    return unsent;
  }

  /** Kept connections between requests. */
  WaitingLine<Attended> idle() {
    return idle;
  }

  /** Connections that have sent a part of a head. */
  WaitingLine<Attended> unfinished() {
    return unfinished;
  }

  /**
   * Makes room for heads, if need be, by refusing those that have taken longest to arrive: an
   * honest one is there within a round trip.
   *
   * @return whether there is room
   */
  boolean makeRoom() {
    while (heads.exceeded()) {
      Attended slowest = unfinished.longest();
      if (slowest == null) {
        return false;
      }
      slowest.crowdedOut();
    }
    return true;
  }

  /** Closes the connection that has been idle longest, or else whose head takes longest. */
  void shed() {
    Attended left = idle.longest() != null ? idle.longest() : unfinished.longest();
    if (left != null) {
      left.shed();
    }
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

  /** The value of that field. */
  AsciiString dateValue() {
    byte[] line = date();
    return new AsciiString(line, DATE_NAME, line.length - DATE_NAME - 2, false);
  }

  /** Takes a connection in, until {@link #remove}. */
  void add(Attended connection) {
    connections.add(connection);
    if (!ticking) {
      ticking = true;
      lastTick = System.nanoTime();
      scheduleTick();
    }
  }

  void remove(Attended connection) {
    connections.remove(connection);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // ends by itself, and with the loop
  private void scheduleTick() {
    loop.schedule(this::tick, tickNanos, TimeUnit.NANOSECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    // Time in which the loop itself did not run is not held against the clients.
    long passed = Math.min(now - lastTick, 2 * tickNanos);
    lastTick = now;
    try {
      forEach(connection -> connection.tick(passed));
    } finally {
      // Whatever happens: without the next tick no connection would ever time out again.
      ticking = !connections.isEmpty();
      if (ticking) {
        scheduleTick();
      }
    }
  }

  /** Visits all connections; they may leave meanwhile. */
  void forEach(Consumer<Attended> visitor) {
    for (Attended connection : connections.toArray(NONE)) {
      visitor.accept(connection);
    }
  }
}
