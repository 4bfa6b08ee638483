package dev.bearward.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that begin with the same bits: {@code 10.0.0.0/8}, {@code 2001:db8::/32} (RFC 4632
 * section 3.1, RFC 4291 section 2.3).
 *
 * @param network first address
 * @param prefix number of bits that count
 */
public record AddressBlock(InetAddress network, int prefix) {
  private static final int IPV4_OCTETS = 4;

  /**
   * Reads a block; an address alone is a block of one.
   *
   * @return null when it is none, or has bits set behind the prefix
   */
  public static @Nullable AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String written = slash < 0 ? text : text.substring(0, slash);
    InetAddress network = IpAddress.parse(written);
    if (network == null || (written.indexOf(':') >= 0) == isIpv4(network)) {
      return null;
    }
    int bits = network.getAddress().length * Byte.SIZE;
    int prefix = slash < 0 ? bits : number(text.substring(slash + 1), bits);
    var block = new AddressBlock(network, prefix);
    return prefix >= 0 && block.isWhole() ? block : null;
  }

  private static int number(String digits, int most) {
    boolean plain = digits.equals("0") || digits.matches("[1-9][0-9]{0,2}");
    int number = plain ? Integer.parseInt(digits) : -1;
    return number <= most ? number : -1;
  }

  private boolean isWhole() {
    byte[] octets = network.getAddress();
    for (int bit = prefix; bit < octets.length * Byte.SIZE; bit++) {
      if ((octets[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the address is one of them; IPv4 and IPv6 blocks have none in common. */
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    byte[] first = network.getAddress();
    if (octets.length != first.length) {
      return false;
    }
    int whole = prefix / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (octets[i] != first[i]) {
        return false;
      }
    }
    int rest = prefix % Byte.SIZE;
    int difference = rest == 0 ? 0 : (octets[whole] ^ first[whole]) & 0xff;
    return difference >>> (Byte.SIZE - rest) == 0;
  }

  /** Whether it holds every address of its kind. */
  public boolean isEverything() {
    return prefix == 0;
  }

  /** As it is written. */
  @Override
  public String toString() {
    int bits = network.getAddress().length * Byte.SIZE;
    return network.getHostAddress() + (prefix == bits ? "" : "/" + prefix);
  }

  private static boolean isIpv4(InetAddress address) {
    return address.getAddress().length == IPV4_OCTETS;
  }
}
