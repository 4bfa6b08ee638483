package dev.bearward.token;

/**
 * Bounds of the cache of verified tokens.
 *
 * @param maxBytes most memory its entries may take, in bytes
 */
public record TokenCacheSettings(long maxBytes) {}
