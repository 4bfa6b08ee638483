package dev.bearward.proxy;

import dev.bearward.tls.ClientTlsSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One upstream.
 *
 * @param name unique
 * @param host name or address
 * @param port TCP port
 * @param tls of its connections, or null for none
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
    @Nullable ClientTlsSettings tls,
    Duration connectTimeout,
    Duration responseTimeout,
    Duration idleTimeout,
    int maxConnections,
    int maxPending,
    Duration maxWait) {}
