/**
 * Cross-origin resource sharing by the Fetch standard: preflight answers and response headers from
 * a route's CORS policy. It never lets a request through by itself. May import http only.
 */
@NullMarked
package dev.bearward.cors;

import org.jspecify.annotations.NullMarked;
