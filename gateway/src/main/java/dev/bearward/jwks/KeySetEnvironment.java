package dev.bearward.jwks;

import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What key sets live on.
 *
 * @param scheduler runs the life-cycles, never an event loop; not closed here
 * @param clock wall clock
 * @param random source of jitter
 * @param maxWaiters most requests that wait for one issuer's keys
 * @param listener hears of fetches and changes
 */
public record KeySetEnvironment(
    ScheduledExecutorService scheduler,
    InstantSource clock,
    RandomGenerator random,
    int maxWaiters,
    KeySetListener listener) {}
