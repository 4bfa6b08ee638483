package dev.bearward.limit;

/**
 * Port: counts requests by client. Called on event loops, so it never blocks; what has to ask
 * another process answers {@link Spending.Later}.
 */
public interface RateLimiter {
  /**
   * Counts one request, if it may be made.
   *
   * @param route where the rate holds; each route counts for itself
   * @param limit the rate
   * @param client who asks, of a length that is bounded
   */
  Spending spend(String route, RateLimit limit, String client);
}
