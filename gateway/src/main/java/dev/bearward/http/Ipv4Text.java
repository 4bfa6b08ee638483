package dev.bearward.http;

/** Dotted decimal IPv4 addresses: four numbers up to 255, no leading zeros (RFC 3986 3.2.2). */
final class Ipv4Text {
  private static final int OCTETS = 4;

  private Ipv4Text() {}

  static boolean valid(String text) {
    return parse(text) >= 0;
  }

  /** The address as an unsigned 32-bit number, or -1 when the text is none. */
  static long parse(String text) {
    long address = 0;
    int octets = 0;
    int start = 0;
    while (start <= text.length()) {
      int dot = text.indexOf('.', start);
      int end = dot < 0 ? text.length() : dot;
      int octet = octet(text, start, end);
      if (octet < 0 || ++octets > OCTETS) {
        return -1;
      }
      address = address << 8 | octet;
      start = end + 1;
    }
    return octets == OCTETS ? address : -1;
  }

  private static int octet(String text, int start, int end) {
    int digits = end - start;
    if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(start) == '0')) {
      return -1;
    }
    int octet = 0;
    for (int i = start; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      octet = octet * 10 + digit;
    }
    return octet <= 255 ? octet : -1;
  }
}
