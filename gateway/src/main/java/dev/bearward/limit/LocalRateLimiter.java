package dev.bearward.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.LockFreeBucket;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Counts within this process. A bucket that was not used for as long as it takes to fill is
 * forgotten, which nobody can tell from one that is full. Beyond {@link #MAX_CLIENTS} others are
 * forgotten too, those first that are used least, and begin anew.
 */
public final class LocalRateLimiter implements RateLimiter {
  /** Clients remembered, over all routes. */
  static final int MAX_CLIENTS = 16_384;

  private final Cache<Key, LockFreeBucket> buckets;
  private final ConcurrentMap<RateLimit, BucketConfiguration> configurations =
      new ConcurrentHashMap<>();
  private final TimeMeter time;

  private record Key(String route, RateLimit limit, String client) {}

  /** Takes a clock for durations, in nanoseconds. */
  public LocalRateLimiter(LongSupplier nanoTime) {
    this(nanoTime, MAX_CLIENTS);
  }

  LocalRateLimiter(LongSupplier nanoTime, int maxClients) {
    this.time = new NanoTime(nanoTime);
    Ticker ticker = nanoTime::getAsLong;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(maxClients)
            .expireAfter(Expiry.<Key, LockFreeBucket>accessing((key, _) -> unused(key.limit())))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** A little more than the bucket needs to fill. */
  private static Duration unused(RateLimit limit) {
    return limit.refill().plusMillis(1);
  }

  @Override
  public Spending spend(String route, RateLimit limit, String client) {
    LockFreeBucket bucket = buckets.get(new Key(route, limit, client), key -> bucket(key.limit()));
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    return probe.isConsumed()
        ? new Spending.Allowed(
            probe.getRemainingTokens(), Duration.ofNanos(probe.getNanosToWaitForReset()))
        : new Spending.Exhausted(Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  private LockFreeBucket bucket(RateLimit limit) {
    BucketConfiguration configuration =
        configurations.computeIfAbsent(limit, LocalRateLimiter::configuration);
    return new LockFreeBucket(configuration, MathType.INTEGER_64_BITS, time, BucketListener.NOPE);
  }

  private static BucketConfiguration configuration(RateLimit limit) {
    return BucketConfiguration.builder()
        .addLimit(bandwidth ->
            bandwidth.capacity(limit.burst()).refillGreedy(limit.requests(), limit.per()))
        .build();
  }

  /** Clients remembered, about. */
  long clients() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private record NanoTime(LongSupplier nanoTime) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanoTime.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
