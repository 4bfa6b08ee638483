package dev.bearward.proxy;

import java.time.Duration;

/**
 * One upstream.
 *
 * @param name unique
 * @param host name or address
 * @param port TCP port
 * @param connectTimeout longest wait for a connection
 * @param responseTimeout longest wait for a response head
 * @param idleTimeout how long an unused or silent connection is kept
 * @param maxConnections most connections over all event loops
 * @param maxPending most requests that wait for a connection
 * @param maxWait longest time a request waits for a connection
 */
public record UpstreamSettings(
    String name,
    String host,
    int port,
    Duration connectTimeout,
    Duration responseTimeout,
    Duration idleTimeout,
    int maxConnections,
    int maxPending,
    Duration maxWait) {}
