package dev.bearward.jwks;

import dev.bearward.token.KeySource.Lookup;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for a fetch.
 *
 * @param keyId what it asked for
 * @param lookup what it is told
 */
record Waiter(@Nullable String keyId, CompletableFuture<Lookup> lookup) {}
