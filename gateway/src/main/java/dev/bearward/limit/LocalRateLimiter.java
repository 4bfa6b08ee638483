package dev.bearward.limit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts within this process. Each limit has buckets of its own, for {@link #MOST_CLIENTS} clients
 * that have not all of theirs back; so what happens to one limit is nothing to another. Beyond that
 * clients share what the fullest buckets have left, and nobody gets more than their rate.
 */
public final class LocalRateLimiter implements RateLimiter {
  /** Clients of one limit that are known apart; 16 bytes each, when there are as many. */
  static final int MOST_CLIENTS = 32_768;

  private final LongSupplier nanoTime;
  private final KeyedHash hash;
  private final int mostClients;
  private final long start;
  private final Map<Key, LimitBuckets> limits = new ConcurrentHashMap<>();

  private record Key(String route, RateLimit limit) {}

  /**
   * @param nanoTime a clock for durations, in nanoseconds
   * @param hash with a random key, so that nobody can be made to share another's bucket
   */
  public LocalRateLimiter(LongSupplier nanoTime, KeyedHash hash) {
    this(nanoTime, hash, MOST_CLIENTS);
  }

  LocalRateLimiter(LongSupplier nanoTime, KeyedHash hash, int mostClients) {
    this.nanoTime = nanoTime;
    this.hash = hash;
    this.mostClients = mostClients;
    this.start = nanoTime.getAsLong() - 1;
  }

  @Override
  public Spending spend(String route, RateLimit limit, String client) {
    var key = new Key(route, limit);
    long now = now();
    LimitBuckets buckets = limits.get(key);
    if (buckets == null) {
      buckets = added(key, now);
    }
    return buckets.spend(hash.of(client), now);
  }

  /** With a limit that is new, those go that nobody can tell from new ones. */
  private synchronized LimitBuckets added(Key key, long now) {
    limits.values().removeIf(buckets -> buckets.count(now) == 0);
    return limits.computeIfAbsent(key, its -> new LimitBuckets(its.limit(), mostClients));
  }

  private long now() {
    return nanoTime.getAsLong() - start;
  }

  /** Clients that have not all of their tokens back. */
  long clients() {
    long now = now();
    return limits.values().stream().mapToLong(buckets -> buckets.count(now)).sum();
  }

  /** Limits that have buckets. */
  int limits() {
    return limits.size();
  }
}
