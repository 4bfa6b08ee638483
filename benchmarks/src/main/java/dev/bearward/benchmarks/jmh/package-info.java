/**
 * Microbenchmarks (JMH) of what a request costs inside the process, beside other libraries that do
 * the same work. {@code benchmarks/jmh.sh} runs them; each class says what it measures.
 */
@NullMarked
package dev.bearward.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
