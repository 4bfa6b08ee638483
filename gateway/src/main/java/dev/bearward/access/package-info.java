/**
 * The policy decision point: composes route table, CORS, token verification and policy into one
 * {@link dev.bearward.access.AccessDecision}. The only maker of permits and denials. It has no
 * sockets, no clock of its own and never blocks. May import the rooms of the core.
 */
@NullMarked
package dev.bearward.access;

import org.jspecify.annotations.NullMarked;
