/**
 * The life-cycle of issuers' key sets behind the port {@link dev.bearward.token.KeySource}:
 * discovery, cache, refresh ahead, single flight, throttle, stale on outage. It never runs on an
 * event loop and never judges a token. May import http, token and outbound.
 */
@NullMarked
package dev.bearward.jwks;

import org.jspecify.annotations.NullMarked;
