package dev.bearward.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Host and port a request is addressed to, from the request target or the Host field (RFC 9110
 * section 7.2), in one spelling: lower case, no trailing dot, IPv6 addresses as RFC 5952 writes
 * them. User information, percent-encoding and half-written addresses are refused.
 */
public final class Authority {
  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;
  private static final int MAX_PORT_DIGITS = 5;
  private static final int MAX_PORT = 65_535;

  /** What {@link #parse} makes of a raw value. */
  public sealed interface Parsed {}

  /** The value names a host. */
  public record Valid(Authority authority) implements Parsed {}

  /** The value is refused; {@code why} names the fault, never the value. */
  public record Invalid(String why) implements Parsed {}

  private final String host;
  private final int port;
  private final String value;

  private Authority(String host, int port, String value) {
    this.host = host;
    this.port = port;
    this.value = value;
  }

  /** Reads {@code host [":" port]} (RFC 3986 section 3.2, without user information). */
  public static Parsed parse(String raw) {
    int end = hostEnd(raw);
    if (end <= 0) {
      return new Invalid("no host");
    }
    int port = end == raw.length() ? -1 : portAfter(raw, end);
    if (port == 0) {
      return new Invalid("a port that is not a number from 1 to 65535");
    }
    String written = raw.substring(0, end);
    String host = written.charAt(0) == '[' ? Ipv6Text.canonical(written) : canonicalName(written);
    if (host == null) {
      return new Invalid("a host that is neither a name nor an address");
    }
    boolean same = host.equals(written);
    return new Valid(new Authority(host, port, same ? raw : port < 0 ? host : host + ":" + port));
  }

  private static int hostEnd(String raw) {
    int colon = raw.isEmpty() || raw.charAt(0) != '[' ? raw.indexOf(':') : raw.indexOf(']') + 1;
    return colon < 0 ? raw.length() : colon;
  }

  /** The port behind the host, or 0 when it is none. */
  private static int portAfter(String raw, int end) {
    int digits = raw.length() - end - 1;
    if (raw.charAt(end) != ':'
        || digits < 1
        || digits > MAX_PORT_DIGITS
        || raw.charAt(end + 1) == '0') {
      return 0;
    }
    int port = 0;
    for (int i = end + 1; i < raw.length(); i++) {
      int digit = raw.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      port = port * 10 + digit;
    }
    return port <= MAX_PORT ? port : 0;
  }

  private static @Nullable String canonicalName(String written) {
    boolean rooted = written.charAt(written.length() - 1) == '.';
    String name = rooted ? written.substring(0, written.length() - 1) : written;
    if (name.isEmpty() || name.length() > MAX_NAME || !labels(name)) {
      return null;
    }
    if (endsInNumber(name) && !Ipv4Text.valid(name)) {
      return null;
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean labels(String name) {
    int start = 0;
    for (int i = 0; i <= name.length(); i++) {
      if (i == name.length() || name.charAt(i) == '.') {
        if (i == start || i - start > MAX_LABEL) {
          return false;
        }
        start = i + 1;
      } else if (!nameCharacter(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean nameCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  /** Some readers take any name whose last label is a number for an IPv4 address. */
  private static boolean endsInNumber(String name) {
    int start = name.lastIndexOf('.') + 1;
    if (name.regionMatches(true, start, "0x", 0, 2)) {
      return true;
    }
    for (int i = start; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Name or address, in lower case and without port; IPv6 addresses stand in brackets. */
  public String host() {
    return host;
  }

  /** The port that was given, or -1. */
  public int port() {
    return port;
  }

  /** Host, and port if one was given: the Host field to send on. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Authority other && value.equals(other.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
