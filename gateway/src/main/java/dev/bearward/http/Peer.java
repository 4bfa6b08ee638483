package dev.bearward.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent the request, as far as the gateway believes it.
 *
 * @param address the client's address: the connection's, or what trusted proxies say of it
 * @param tls whether the client's connection is encrypted: the one to the gateway, or to the
 *     trusted proxy in front that says so
 * @param certificateThumbprint base64url of the SHA-256 of the client certificate's DER, without
 *     padding ({@code x5t#S256} of RFC 8705 section 3.1), or null when it showed none
 * @param hop the trusted proxy that the request came through, or null
 */
public record Peer(
    InetAddress address,
    boolean tls,
    @Nullable String certificateThumbprint,
    @Nullable TrustedHop hop) {

  /** A client that connected by itself. */
  public Peer(InetAddress address, boolean tls, @Nullable String certificateThumbprint) {
    this(address, tls, certificateThumbprint, null);
  }
}
