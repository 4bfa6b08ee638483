/**
 * Budgets of requests: how much of something a client may still have, and how fast. Here is what
 * counts within one process; what several processes share is an adapter of the same ports
 * elsewhere. It knows nothing of routes and tokens, never blocks, and reads the clock it is given.
 * May import http only.
 */
@NullMarked
package dev.bearward.limit;

import org.jspecify.annotations.NullMarked;
