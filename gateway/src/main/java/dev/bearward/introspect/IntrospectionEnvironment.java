package dev.bearward.introspect;

import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What introspection lives on.
 *
 * @param clock wall clock
 * @param nanoTime a clock for durations, in nanoseconds
 * @param random source of the key of digests; must not be guessable
 * @param maxWaiting most requests that wait for one issuer's answers
 * @param listener hears of calls
 */
public record IntrospectionEnvironment(
    InstantSource clock,
    LongSupplier nanoTime,
    RandomGenerator random,
    int maxWaiting,
    IntrospectionListener listener) {}
