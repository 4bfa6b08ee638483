package dev.bearward.proxy;

/** How an upstream's endpoints share its requests. */
public enum Balance {
  /** Of two endpoints chosen by chance, the one with fewer requests under way. */
  LEAST_REQUESTS,
  /** One after the other, by each event loop on its own. */
  ROUND_ROBIN
}
