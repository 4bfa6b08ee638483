package dev.bearward.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bearward.cluster.ClusterListener.Question;
import dev.bearward.limit.RateLimit;
import dev.bearward.limit.RateLimiter;
import dev.bearward.limit.Spending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests of all instances together, in one round trip each. When a bucket was empty, it is
 * known how long it will be: until then nobody is asked, so a client that sends far too much costs
 * Redis no more than one that sends what it may.
 */
final class SharedRates implements RateLimiter {
  /** Empty buckets remembered; of those beyond it Redis is asked again. */
  private static final int MOST_EMPTY = 16_384;

  private static final double NANOS_EACH_MICRO = 1_000;

  private final Link link;
  private final RateLimiter own;
  private final boolean refuses;
  private final LongSupplier nanoTime;

  /** When the buckets that were empty will not be, by {@link #nanoTime}. */
  private final Cache<String, Long> empty;

  /**
   * @param own counts while Redis does not answer
   * @param refuses whether nobody does so
   */
  SharedRates(Link link, RateLimiter own, boolean refuses, LongSupplier nanoTime) {
    this.link = link;
    this.own = own;
    this.refuses = refuses;
    this.nanoTime = nanoTime;
    this.empty = Caffeine.newBuilder().maximumSize(MOST_EMPTY).executor(Runnable::run).build();
  }

  @Override
  public Spending spend(String route, RateLimit limit, String client) {
    String bucket = Names.rate(limit + "\n" + route + "\n" + client);
    long now = nanoTime.getAsLong();
    Spending known = known(bucket, now);
    if (known != null) {
      return known;
    }
    List<String> arguments =
        List.of(Integer.toString(limit.burst()), Double.toString(microsEach(limit)));
    CompletionStage<List<Object>> answer =
        link.ask(Question.RATE, line -> line.run(Script.SPEND, List.of(bucket), arguments));
    return answer == null
        ? alone(route, limit, client)
        : new Spending.Later(
            answer
                .thenApply(found -> spending(bucket, now, found))
                .exceptionally(_ -> alone(route, limit, client)));
  }

  private static double microsEach(RateLimit limit) {
    return limit.per().toNanos() / NANOS_EACH_MICRO / limit.requests();
  }

  private @Nullable Spending known(String bucket, long now) {
    Long until = empty.getIfPresent(bucket);
    if (until == null) {
      return null;
    }
    if (until - now > 0) {
      return new Spending.Exhausted(Duration.ofNanos(until - now));
    }
    empty.invalidate(bucket);
    return null;
  }

  private Spending spending(String bucket, long asked, List<Object> found) {
    long left = (Long) found.get(0);
    Duration wait = Duration.ofNanos((Long) found.get(1) * 1_000);
    if (left >= 0) {
      return new Spending.Allowed(left, wait);
    }
    // Redis looked after it was asked, so the bucket is empty at least until then.
    empty.put(bucket, asked + wait.toNanos());
    return new Spending.Exhausted(wait);
  }

  private Spending alone(String route, RateLimit limit, String client) {
    return refuses ? new Spending.Unavailable(Link.BEAT) : own.spend(route, limit, client);
  }
}
