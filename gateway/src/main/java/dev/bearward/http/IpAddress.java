package dev.bearward.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads IP addresses; nothing here asks a name server. IPv6 zones are refused. */
public final class IpAddress {
  private IpAddress() {}

  /** An IPv4 address, or an IPv6 one without brackets; null when the text is neither. */
  public static @Nullable InetAddress parse(String text) {
    boolean address =
        text.indexOf(':') < 0 ? Ipv4Text.valid(text) : Ipv6Text.canonical("[" + text + "]") != null;
    return address ? InetAddress.ofLiteral(text) : null;
  }

  /**
   * An address as proxies write it: IPv4, IPv6 with or without brackets, and in the bracketed and
   * the IPv4 form perhaps a port behind (RFC 7239 section 6); null for anything else.
   */
  public static @Nullable InetAddress parseNode(String text) {
    if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
      return parse(text);
    }
    if (!(Authority.parse(text) instanceof Authority.Valid(Authority authority))) {
      return null;
    }
    String host = authority.host();
    return parse(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
  }
}
