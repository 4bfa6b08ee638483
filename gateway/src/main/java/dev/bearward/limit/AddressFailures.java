package dev.bearward.limit;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failures by IPv4 address and by IPv6 network of 64 bits, which is what one client has. An
 * address has so many failures at once, and they come back evenly over time. {@link
 * #MOST_ADDRESSES} are known apart that have not all of theirs back; beyond that those share that
 * are new, and nobody has more by being forgotten ({@link Buckets}).
 */
public final class AddressFailures implements FailureBudget {
  /** Addresses that are known apart; 16 bytes each, when there are as many. */
  static final int MOST_ADDRESSES = 32_768;

  private final LongSupplier nanoTime;
  private final KeyedHash hash;
  private final long start;
  private final LimitBuckets buckets;

  /**
   * @param failures how many an address may cause at once; at least one
   * @param per time in which as many come back; at least one nanosecond for each
   * @param nanoTime a clock for durations, in nanoseconds
   * @param hash with a random key, so that nobody can choose addresses that share a place
   */
  public AddressFailures(int failures, Duration per, LongSupplier nanoTime, KeyedHash hash) {
    this(failures, per, nanoTime, hash, MOST_ADDRESSES);
  }

  AddressFailures(
      int failures, Duration per, LongSupplier nanoTime, KeyedHash hash, int mostAddresses) {
    this.nanoTime = nanoTime;
    this.hash = hash;
    this.start = nanoTime.getAsLong() - 1;
    this.buckets = new LimitBuckets(new RateLimit(failures, per, failures), mostAddresses);
  }

  @Override
  public @Nullable Duration delay(InetAddress address) {
    return buckets.delay(client(address), now());
  }

  /**
   * Counts a failure. Attempts under way when the budget ran out are paid back, up to a whole one.
   */
  @Override
  public void failed(InetAddress address) {
    buckets.charge(client(address), now());
  }

  private long client(InetAddress address) {
    return hash.of(ClientNetwork.of(address));
  }

  private long now() {
    return nanoTime.getAsLong() - start;
  }

  /** Addresses that have not all of their budget back. */
  int addresses() {
    return buckets.count(now());
  }
}
