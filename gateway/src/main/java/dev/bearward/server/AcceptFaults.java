package dev.bearward.server;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of faults of the listeners, of which there is one that matters: the process has no
 * file descriptors left. Netty then accepts nothing for a second; meanwhile the connections that
 * are needed least make room. One line every ten seconds is logged. Any thread.
 */
@ChannelHandler.Sharable
final class AcceptFaults extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoTime;
  private final Runnable shed;
  private final AtomicLong next;
  private final AtomicInteger unwritten = new AtomicInteger();

  /**
   * @param nanoTime a clock for durations, in nanoseconds
   * @param shed makes room
   */
  AcceptFaults(LongSupplier nanoTime, Runnable shed) {
    this.nanoTime = nanoTime;
    this.shed = shed;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    shed.run();
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE)) {
      unwritten.incrementAndGet();
      return;
    }
    int before = unwritten.getAndSet(0);
    LOG.warn(
        "accept: {}{} (expected: a free file descriptor for each client and upstream connection,"
            + " see `ulimit -n`)",
        cause.getMessage(),
        before == 0 ? "" : " (" + before + " more before)");
  }
}
