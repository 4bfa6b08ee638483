/**
 * Non-blocking HTTP clients for the gateway's own calls, on the JDK's: every call has a limit on
 * time, size and redirects, own CA and proxy. Never runs on an event loop, knows nothing of keys or
 * tokens, follows no redirect into another scheme. May import http.
 */
@NullMarked
package dev.bearward.outbound;

import org.jspecify.annotations.NullMarked;
