package dev.bearward.http;

import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who sent the request, as far as the gateway believes it. Immutable. */
public final class Peer {
  private final InetAddress address;
  private final boolean tls;
  private final @Nullable String certificateThumbprint;
  private final @Nullable TrustedHop hop;

  /** Made when first asked for; most clients send many requests over one connection. */
  private @Nullable String addressText;

  /**
   * @param address the client's address: the connection's, or what trusted proxies say of it
   * @param tls whether the client's connection is encrypted: the one to the gateway, or to the
   *     trusted proxy in front that says so
   * @param certificateThumbprint base64url of the SHA-256 of the client certificate's DER, without
   *     padding ({@code x5t#S256} of RFC 8705 section 3.1), or null when it showed none
   * @param hop the trusted proxy that the request came through, or null
   */
  public Peer(
      InetAddress address,
      boolean tls,
      @Nullable String certificateThumbprint,
      @Nullable TrustedHop hop) {
    this.address = address;
    this.tls = tls;
    this.certificateThumbprint = certificateThumbprint;
    this.hop = hop;
  }

  /** A client that connected by itself. */
  public Peer(InetAddress address, boolean tls, @Nullable String certificateThumbprint) {
    this(address, tls, certificateThumbprint, null);
  }

  /** The client's address. */
  public InetAddress address() {
    return address;
  }

  /** The client's address as the JDK writes it. */
  public String addressText() {
    String known = addressText;
    if (known == null) {
      known = address.getHostAddress();
      addressText = known;
    }
    return known;
  }

  /** Whether the client's connection is encrypted. */
  public boolean tls() {
    return tls;
  }

  /** The thumbprint of the client's certificate, or null. */
  public @Nullable String certificateThumbprint() {
    return certificateThumbprint;
  }

  /** The trusted proxy that the request came through, or null. */
  public @Nullable TrustedHop hop() {
    return hop;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Peer peer
        && address.equals(peer.address)
        && tls == peer.tls
        && Objects.equals(certificateThumbprint, peer.certificateThumbprint)
        && Objects.equals(hop, peer.hop);
  }

  @Override
  public int hashCode() {
    return Objects.hash(address, tls, certificateThumbprint, hop);
  }

  @Override
  public String toString() {
    return "Peer[address=%s, tls=%s, certificateThumbprint=%s, hop=%s]"
        .formatted(address, tls, certificateThumbprint, hop);
  }
}
