package dev.bearward.limit;

import java.net.InetAddress;

/** What one client has of addresses: an IPv4 address, or an IPv6 network of 64 bits. */
public final class ClientNetwork {
  private static final int OCTETS = 8;

  private ClientNetwork() {}

  /** One number for each. IPv4 addresses stand where IPv6 has none: in a reserved network. */
  public static long of(InetAddress address) {
    byte[] bytes = address.getAddress();
    int length = Math.min(bytes.length, OCTETS);
    long client = 0;
    for (int i = 0; i < length; i++) {
      client = client << 8 | (bytes[i] & 0xff);
    }
    return client;
  }
}
