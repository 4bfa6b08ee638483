package dev.bearward.proxy;

/** Which octets may stand where in a head (RFC 9110 sections 5.5 and 5.6.2). */
final class Octets {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
    for (char c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - ('a' - 'A')] = true;
    }
  }

  private Octets() {}

  /** A character of a token. */
  static boolean isToken(byte octet) {
    return octet >= 0 && TOKEN[octet];
  }

  /** A character of a field value: visible, space, tab, or above ASCII. */
  static boolean isText(byte octet) {
    return octet >= ' ' ? octet != 0x7f : octet < 0 || octet == '\t';
  }

  /** A character of a request target: visible ASCII. */
  static boolean isVisible(byte octet) {
    return octet > ' ' && octet < 0x7f;
  }
}
