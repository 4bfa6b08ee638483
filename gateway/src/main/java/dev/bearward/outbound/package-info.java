/**
 * One bounded, non-blocking HTTP client for the gateway's own calls: size, time and redirect
 * limits, own CA and proxy. Knows nothing of keys or tokens. May import http.
 */
@NullMarked
package dev.bearward.outbound;

import org.jspecify.annotations.NullMarked;
