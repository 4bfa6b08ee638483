/**
 * Tools that tests of several rooms share: raw upstreams, leak detection, conditions with a
 * deadline.
 */
@NullMarked
package dev.bearward.testing;

import org.jspecify.annotations.NullMarked;
