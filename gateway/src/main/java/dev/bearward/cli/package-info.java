/**
 * The commands and their exit codes: 0 fine, 1 a problem in the input, 2 wrong usage, 3 could not
 * start. No logic of its own. May import app, config and access.
 */
@NullMarked
package dev.bearward.cli;

import org.jspecify.annotations.NullMarked;
