/**
 * The life-cycle of issuers' key sets behind the port {@link dev.bearward.token.KeySource}:
 * discovery, cache, refresh ahead, single flight, throttle, stale on outage. Event loops only read
 * an immutable state here and leave a waiter behind; everything else runs on the given scheduler.
 * Never judges a token. May import http, token and outbound.
 */
@NullMarked
package dev.bearward.jwks;

import org.jspecify.annotations.NullMarked;
