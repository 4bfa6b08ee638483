package dev.bearward.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent the request, as far as the gateway believes it.
 *
 * @param address the client's address
 * @param tls whether the connection to the gateway is encrypted
 * @param certificateThumbprint base64url of the SHA-256 of the client certificate's DER, without
 *     padding ({@code x5t#S256} of RFC 8705 section 3.1), or null when it showed none
 */
public record Peer(InetAddress address, boolean tls, @Nullable String certificateThumbprint) {}
