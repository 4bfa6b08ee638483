package dev.bearward.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The trusted proxy at the other end of a connection, and what it said of the way a request came.
 *
 * @param address its own address
 * @param tls whether its connection to the gateway is encrypted
 * @param forwarded the well-formed Forwarded list it sent (RFC 7239 section 4), or null
 * @param forwardedFor the X-Forwarded-For list it sent, or null
 * @param host the host it says the client asked for, or null; never matched or judged
 */
public record TrustedHop(
    InetAddress address,
    boolean tls,
    @Nullable String forwarded,
    @Nullable String forwardedFor,
    @Nullable Authority host) {}
