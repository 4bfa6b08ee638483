package dev.bearward.admin;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Which Host fields are answered. A port on loopback answers to loopback's own names only: a web
 * page whose name was made to point at loopback (DNS rebinding) still sends its own name. Beyond
 * loopback any name may lead here, and the token protects.
 */
final class HostRule {
  private final InetAddress bound;

  HostRule(InetSocketAddress bound) {
    this.bound = bound.getAddress();
  }

  boolean allows(String host) {
    return !bound.isLoopbackAddress() || loopback(name(host));
  }

  private static boolean loopback(String name) {
    if (name.equals("localhost") || name.equals("localhost.")) {
      return true;
    }
    byte[] address = NetUtil.createByteArrayFromIpAddressString(name);
    if (address == null) {
      return false;
    }
    try {
      return InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (java.net.UnknownHostException e) {
      return false;
    }
  }

  /** The host without port and brackets, in lower case. */
  private static String name(String host) {
    int bracket = host.startsWith("[") ? host.indexOf(']') : -1;
    if (bracket > 0) {
      boolean whole = bracket == host.length() - 1 || host.charAt(bracket + 1) == ':';
      return whole ? host.substring(1, bracket) : "";
    }
    int colon = host.indexOf(':');
    return (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
  }
}
