package dev.bearward.http;

import java.net.InetAddress;

/**
 * Who sent the request, as far as the gateway believes it.
 *
 * @param address the client's address
 * @param tls whether the connection to the gateway is encrypted
 */
public record Peer(InetAddress address, boolean tls) {}
