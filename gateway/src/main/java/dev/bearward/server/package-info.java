/**
 * Listeners, pipelines and the state machine of one exchange: bytes in, a decision, bytes out. The
 * only place that writes refusals. May import http, access, proxy and tls.
 */
@NullMarked
package dev.bearward.server;

import org.jspecify.annotations.NullMarked;
