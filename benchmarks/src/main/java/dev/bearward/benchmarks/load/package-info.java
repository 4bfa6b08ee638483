/**
 * What the end-to-end comparison in {@code benchmarks/load} needs made in Java: a signing key, its
 * key set, and tokens by the thousand. Never imports the gateway.
 */
@NullMarked
package dev.bearward.benchmarks.load;

import org.jspecify.annotations.NullMarked;
