/**
 * Wires the rooms together, and owns the ordered start and the drain. The wiring is one readable
 * method; no rule of the gateway lives here. May import every room but cli.
 */
@NullMarked
package dev.bearward.app;

import org.jspecify.annotations.NullMarked;
