package dev.bearward.token;

/** Hears of the cache of verified tokens. Called on event loops, so it never blocks. */
public interface TokenListener {
  /** Hears nothing. */
  TokenListener NONE = new TokenListener() {};

  /** A token was answered from the cache. */
  default void cacheHit() {}

  /** A token was not in the cache, or no longer good there. */
  default void cacheMiss() {}

  /** A token was verified, or refused, in that time without any waiting for keys. */
  default void verified(long nanos) {}
}
