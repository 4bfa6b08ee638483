package dev.bearward.proxy;

import dev.bearward.http.Authority;
import dev.bearward.http.Peer;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TrustedHop;
import io.netty.util.NetUtil;
import java.net.Inet6Address;

/**
 * The fields that say for whom a request is forwarded (RFC 7239, and X-Forwarded as the field uses
 * it), and Via (RFC 9110 section 7.6.3). Made from the connection and the checked authority, and
 * from what a trusted proxy said, to which our element is appended (rules 149, 150).
 */
final class ForwardingFields {
  private static final byte[] X_FOR = HeadBytes.literal("X-Forwarded-For: ");
  private static final byte[] X_HOST = HeadBytes.literal("\r\nX-Forwarded-Host: ");
  private static final byte[] X_HTTP = HeadBytes.literal("\r\nX-Forwarded-Proto: http");
  private static final byte[] X_HTTPS = HeadBytes.literal("\r\nX-Forwarded-Proto: https");
  private static final byte[] FORWARDED = HeadBytes.literal("\r\nForwarded: ");
  private static final byte[] FOR = HeadBytes.literal("for=");
  private static final byte[] FOR_IPV6 = HeadBytes.literal("for=\"[");
  private static final byte[] FOR_IPV6_END = HeadBytes.literal("]\"");
  private static final byte[] HOST = HeadBytes.literal(";host=");
  private static final byte[] QUOTE = HeadBytes.literal("\"");
  private static final byte[] COMMA = HeadBytes.literal(", ");
  private static final byte[] HTTP = HeadBytes.literal(";proto=http");
  private static final byte[] HTTPS = HeadBytes.literal(";proto=https");
  private static final byte[] VIA = HeadBytes.literal("\r\nVia: 1.1 bearward\r\n");

  private ForwardingFields() {}

  /** Appends the field lines. */
  static void write(RequestHead head, HeadBytes bytes) {
    Peer peer = head.peer();
    TrustedHop hop = peer.hop();
    Authority asked = hop == null || hop.host() == null ? head.authority() : hop.host();
    bytes.literal(X_FOR);
    if (hop != null) {
      listBefore(hop, peer, bytes);
    }
    bytes.text(hop == null ? text(peer) : NetUtil.toAddressString(hop.address()));
    bytes.literal(X_HOST);
    bytes.text(asked.value());
    bytes.literal(peer.tls() ? X_HTTPS : X_HTTP);
    bytes.literal(FORWARDED);
    if (hop == null || speaksForItself(hop, peer)) {
      element(text(peer), asked, peer.tls(), bytes);
    } else {
      elementsBefore(hop, peer, asked, bytes);
      element(NetUtil.toAddressString(hop.address()), head.authority(), hop.tls(), bytes);
    }
    bytes.literal(VIA);
  }

  private static boolean speaksForItself(TrustedHop hop, Peer peer) {
    return hop.forwarded() == null && hop.address().equals(peer.address());
  }

  /** The received list; where there is none, the client that the other list told of. */
  private static void listBefore(TrustedHop hop, Peer peer, HeadBytes bytes) {
    String received = hop.forwardedFor();
    if (received != null) {
      bytes.text(received);
      bytes.literal(COMMA);
    } else if (!hop.address().equals(peer.address())) {
      bytes.text(text(peer));
      bytes.literal(COMMA);
    }
  }

  private static void elementsBefore(TrustedHop hop, Peer peer, Authority asked, HeadBytes bytes) {
    String received = hop.forwarded();
    if (received != null) {
      bytes.text(received);
    } else {
      element(text(peer), asked, peer.tls(), bytes);
    }
    bytes.literal(COMMA);
  }

  /** An IPv6 address in the short form of RFC 5952. */
  private static String text(Peer peer) {
    return peer.address() instanceof Inet6Address six
        ? NetUtil.toAddressString(six)
        : peer.addressText();
  }

  private static void element(String address, Authority host, boolean tls, HeadBytes bytes) {
    node(address, address.indexOf(':') >= 0, bytes);
    host(host.value(), bytes);
    bytes.literal(tls ? HTTPS : HTTP);
  }

  private static void node(String address, boolean ipv6, HeadBytes bytes) {
    bytes.literal(ipv6 ? FOR_IPV6 : FOR);
    bytes.text(address);
    if (ipv6) {
      bytes.literal(FOR_IPV6_END);
    }
  }

  /** A port or an IPv6 address is no token, so it is quoted. */
  private static void host(String authority, HeadBytes bytes) {
    boolean token = authority.indexOf(':') < 0;
    bytes.literal(HOST);
    if (!token) {
      bytes.literal(QUOTE);
    }
    bytes.text(authority);
    if (!token) {
      bytes.literal(QUOTE);
    }
  }
}
