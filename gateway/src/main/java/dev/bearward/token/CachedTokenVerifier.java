package dev.bearward.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers facts of verified tokens by the whole token. It belongs to one verifier made from one
 * configuration and is dropped with it, so a token is never answered by another configuration's
 * facts. Only good outcomes are kept; each hit looks at the time and at the standing of the key
 * again, and what no longer holds is verified anew, which names the reason. What a route demands is
 * never part of it.
 */
public final class CachedTokenVerifier implements TokenVerifier {
  private final TokenVerifier verifier;
  private final TokenListener listener;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** By the Authorization field in its usual spelling, which saves a copy of the token. */
  private final Cache<String, Verified> verified;

  /**
   * @param verifier verifies what is not remembered
   * @param settings bounds of the cache
   * @param clock the time
   * @param nanoTime a clock for durations, in nanoseconds
   */
  public CachedTokenVerifier(
      TokenVerifier verifier,
      TokenCacheSettings settings,
      TokenListener listener,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.verifier = verifier;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    // Upkeep on the calling thread: it is short, and a hand-over costs more than the work.
    this.verified =
        Caffeine.newBuilder()
            .maximumWeight(settings.maxBytes())
            .weigher(TokenWeight::bytes)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Whether a token in exactly that Authorization field value was verified; for {@link
   * BearerCredentials}, which need not look at its characters again. Says nothing of now.
   */
  public boolean holds(String field) {
    return verified.asMap().containsKey(field);
  }

  /** Tokens remembered at present, about. */
  public long entries() {
    return verified.estimatedSize();
  }

  /** Memory that they take, about, in bytes. */
  public long bytes() {
    return verified.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  @Override
  public @Nullable Verification recall(BearerCredentials.Token token) {
    return recallField(token.canonicalField());
  }

  @Override
  public Verification verify(BearerCredentials.Token token) {
    return verifyField(token.canonicalField());
  }

  @Override
  public Verification verify(String token) {
    return verifyField(BearerCredentials.CANONICAL_PREFIX.concat(token));
  }

  private @Nullable Verified recallField(String field) {
    Verified known = verified.getIfPresent(field);
    if (known == null) {
      return null;
    }
    if (known.validity().holdsAt(clock.millis())) {
      listener.cacheHit();
      return known;
    }
    verified.invalidate(field);
    return null;
  }

  private Verification verifyField(String field) {
    Verified known = recallField(field);
    if (known != null) {
      return known;
    }
    listener.cacheMiss();
    long start = nanoTime.getAsLong();
    Verification found =
        verifier.verify(field.substring(BearerCredentials.CANONICAL_PREFIX.length()));
    listener.verified(nanoTime.getAsLong() - start);
    return remembered(field, found);
  }

  private Verification remembered(String field, Verification found) {
    return switch (found) {
      case Verified good -> {
        verified.put(field, good);
        yield good;
      }
      case Rejected rejected -> rejected;
      case Unavailable unavailable -> unavailable;
      case Later later -> later.then(settled -> remembered(field, settled));
    };
  }
}
