/**
 * The vocabulary every room shares: request head, canonical path, peer, header view and the one
 * list of refusal reasons. It holds values only: no sockets, no decisions, no library types. All
 * rooms may import it; it imports none of them.
 */
@NullMarked
package dev.bearward.http;

import org.jspecify.annotations.NullMarked;
