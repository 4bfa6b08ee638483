package dev.bearward.proxy;

import dev.bearward.http.RequestHead;
import io.netty.util.NetUtil;
import java.net.Inet6Address;

/**
 * The fields that say for whom a request is forwarded (RFC 7239, and X-Forwarded as the field uses
 * it), and Via (RFC 9110 section 7.6.3). Made from nothing but the connection and the checked
 * authority (rules 149, 150).
 */
final class ForwardingFields {
  private static final byte[] X_FOR = HeadBytes.literal("X-Forwarded-For: ");
  private static final byte[] X_HOST = HeadBytes.literal("\r\nX-Forwarded-Host: ");
  private static final byte[] X_HTTP = HeadBytes.literal("\r\nX-Forwarded-Proto: http");
  private static final byte[] X_HTTPS = HeadBytes.literal("\r\nX-Forwarded-Proto: https");
  private static final byte[] FOR = HeadBytes.literal("\r\nForwarded: for=");
  private static final byte[] FOR_IPV6 = HeadBytes.literal("\r\nForwarded: for=\"[");
  private static final byte[] FOR_IPV6_END = HeadBytes.literal("]\"");
  private static final byte[] HOST = HeadBytes.literal(";host=");
  private static final byte[] QUOTE = HeadBytes.literal("\"");
  private static final byte[] HTTP = HeadBytes.literal(";proto=http");
  private static final byte[] HTTPS = HeadBytes.literal(";proto=https");
  private static final byte[] VIA = HeadBytes.literal("\r\nVia: 1.1 bearward\r\n");

  private ForwardingFields() {}

  /** Appends the field lines. */
  static void write(RequestHead head, HeadBytes bytes) {
    String address = NetUtil.toAddressString(head.peer().address());
    boolean tls = head.peer().tls();
    bytes.literal(X_FOR);
    bytes.text(address);
    bytes.literal(X_HOST);
    bytes.text(head.authority().value());
    bytes.literal(tls ? X_HTTPS : X_HTTP);
    node(address, head.peer().address() instanceof Inet6Address, bytes);
    host(head.authority().value(), bytes);
    bytes.literal(tls ? HTTPS : HTTP);
    bytes.literal(VIA);
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
