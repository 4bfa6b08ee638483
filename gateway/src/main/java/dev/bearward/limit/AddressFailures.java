package dev.bearward.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failures by IPv4 address and by IPv6 network of 64 bits, which is what one client has. An
 * address has so many failures at once, and they come back evenly over time. Of each address only
 * the time is kept at which all of them will be back (the generic cell rate algorithm).
 */
public final class AddressFailures implements FailureBudget {
  /** Addresses remembered; beyond that some are forgotten, and begin anew. */
  static final int MAX_ADDRESSES = 16_384;

  private final long each;
  private final long whole;
  private final LongSupplier nanoTime;
  private final long start;
  private final Cache<Long, AtomicLong> restored;

  /**
   * @param failures how many an address may cause at once; at least one
   * @param per time in which as many come back; at least one nanosecond for each
   * @param nanoTime a clock for durations, in nanoseconds
   */
  public AddressFailures(int failures, Duration per, LongSupplier nanoTime) {
    if (failures < 1 || per.toNanos() < failures) {
      throw new IllegalArgumentException(
          "failures: " + failures + " per " + per + " (expected: at least 1, at most 1 each ns)");
    }
    this.each = per.toNanos() / failures;
    this.whole = each * failures;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.restored =
        Caffeine.newBuilder().maximumSize(MAX_ADDRESSES).executor(Runnable::run).build();
  }

  @Override
  public @Nullable Duration delay(InetAddress address) {
    AtomicLong known = restored.getIfPresent(ClientNetwork.of(address));
    if (known == null) {
      return null;
    }
    long missing = known.get() + each - whole - now();
    return missing <= 0 ? null : Duration.ofNanos(missing);
  }

  @Override
  public void failed(InetAddress address) {
    AtomicLong known = restored.get(ClientNetwork.of(address), _ -> new AtomicLong());
    long now = now();
    // Attempts under way when the budget ran out are paid back, up to a whole budget of them.
    known.accumulateAndGet(
        each, (before, cost) -> Math.min(Math.max(before, now) + cost, now + 2 * whole));
  }

  private long now() {
    return nanoTime.getAsLong() - start;
  }

  /** Addresses remembered, about. */
  long addresses() {
    restored.cleanUp();
    return restored.estimatedSize();
  }
}
