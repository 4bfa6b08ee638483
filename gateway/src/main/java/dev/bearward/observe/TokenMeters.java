package dev.bearward.observe;

import dev.bearward.token.TokenListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Meters of token verification and its cache. */
final class TokenMeters implements TokenListener {
  private final Counter hits;
  private final Counter misses;
  private final Timer verification;

  TokenMeters(Registry registry) {
    this.hits = registry.counter(Metric.TOKEN_CACHE_REQUESTS, "hit");
    this.misses = registry.counter(Metric.TOKEN_CACHE_REQUESTS, "miss");
    this.verification = registry.timer(Metric.TOKEN_VERIFICATION, Buckets.VERIFICATION);
  }

  @Override
  public void cacheHit() {
    hits.increment();
  }

  @Override
  public void cacheMiss() {
    misses.increment();
  }

  @Override
  public void verified(long nanos) {
    verification.record(nanos, TimeUnit.NANOSECONDS);
  }
}
