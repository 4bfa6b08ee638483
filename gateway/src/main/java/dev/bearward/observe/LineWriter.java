package dev.bearward.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to a stream on a thread of its own. Whoever adds a line never waits: each adding
 * thread has a bounded buffer, and a line that does not fit is dropped and counted.
 */
final class LineWriter implements AutoCloseable {
  /** Bytes that wait per adding thread before lines are dropped. */
  static final int BUFFER_BYTES = 512 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(LineWriter.class);

  /** Lines gather for so long before they are written together. */
  private static final Duration GATHER = Duration.ofMillis(50);

  private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);
  private static final Duration FLUSH = Duration.ofSeconds(2);

  private final OutputStream out;
  private final List<LineBuffer> buffers = new CopyOnWriteArrayList<>();
  private final ThreadLocal<LineBuffer> own;
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;

  /** Set before the writer sleeps without an alarm; whoever adds a line then wakes it. */
  private volatile boolean asleep;

  private volatile boolean closed;
  private long warnedDropped;
  private long warnedAt;

  LineWriter(OutputStream out, int bufferBytes) {
    this.out = out;
    this.own = ThreadLocal.withInitial(() -> register(new LineBuffer(bufferBytes)));
    this.warnedAt = System.nanoTime() - BETWEEN_WARNINGS.toNanos();
    this.thread = Thread.ofPlatform().name("bearward-access-log").daemon().unstarted(this::run);
  }

  /** Begins to write, unless it has. */
  synchronized void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  private LineBuffer register(LineBuffer buffer) {
    buffers.add(buffer);
    return buffer;
  }

  /** Takes a copy of the line, or drops it. */
  void add(Line line) {
    LineBuffer.Added added = closed ? LineBuffer.Added.DROPPED : own.get().add(line);
    if (added == LineBuffer.Added.DROPPED) {
      dropped.increment();
    } else if (asleep || added == LineBuffer.Added.HALF_FULL) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  /** Lines that were never written. */
  long dropped() {
    return dropped.sum();
  }

  private void run() {
    while (!closed) {
      if (writeAll()) {
        LockSupport.parkNanos(this, GATHER.toNanos());
      } else {
        sleep();
      }
    }
    writeAll();
  }

  private void sleep() {
    asleep = true;
    if (!closed && !writeAll()) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private boolean writeAll() {
    boolean any = false;
    for (LineBuffer buffer : buffers) {
      any |= buffer.drain(this::write);
    }
    warnOfDrops();
    return any;
  }

  private void write(byte[] bytes, int length, int lines) {
    try {
      out.write(bytes, 0, length);
      out.flush();
    } catch (IOException e) {
      dropped.add(lines);
      LOG.debug("access log: write failed", e);
    }
  }

  private void warnOfDrops() {
    long now = dropped();
    if (now > warnedDropped && System.nanoTime() - warnedAt >= BETWEEN_WARNINGS.toNanos()) {
      LOG.warn("access log: {} lines dropped since the start (its reader is too slow)", now);
      warnedDropped = now;
      warnedAt = System.nanoTime();
    }
  }

  /** Writes what waits and stops; a reader that does not read is waited for two seconds. */
  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(FLUSH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
