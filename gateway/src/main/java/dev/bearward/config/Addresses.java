package dev.bearward.config;

import dev.bearward.http.Authority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses to listen on and hosts to speak to; nothing here asks a name server. */
final class Addresses {
  private static final Pattern LISTEN = Pattern.compile("(.+):(0|[1-9][0-9]{0,4})");
  private static final String EXPECTED =
      "address:port, the address an IP address or localhost, the port 0 to 65535";
  private static final String UNIX = "unix:";

  /** What the kernel takes, less the zero at its end. */
  private static final int LONGEST_PATH = 107;

  private static final int LAST_PORT = 65_535;

  private Addresses() {}

  /** Where clients are listened to: an address and port, or a unix-domain socket. */
  static @Nullable SocketAddress listenOrUnix(Value value) {
    String text = value.text(EXPECTED);
    if (text == null || !text.startsWith(UNIX)) {
      return text == null ? null : listen(value);
    }
    SocketAddress address = socket(text.substring(UNIX.length()));
    if (address == null) {
      value.refuse("unix: and an absolute path of at most " + LONGEST_PATH + " bytes");
    }
    return address;
  }

  private static @Nullable SocketAddress socket(String path) {
    boolean fits =
        path.startsWith("/")
            && path.indexOf('\0') < 0
            && path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
    return fits ? UnixDomainSocketAddress.of(path) : null;
  }

  static @Nullable InetSocketAddress listen(Value value) {
    String text = value.text(EXPECTED);
    if (text == null) {
      return null;
    }
    InetSocketAddress address = parsed(text);
    if (address == null) {
      value.refuse(EXPECTED);
    }
    return address;
  }

  private static @Nullable InetSocketAddress parsed(String text) {
    Matcher matcher = LISTEN.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int port = Integer.parseInt(matcher.group(2));
    InetAddress address = literal(matcher.group(1));
    return address == null || port > LAST_PORT ? null : new InetSocketAddress(address, port);
  }

  private static @Nullable InetAddress literal(String host) {
    if (host.equals("localhost")) {
      return InetAddress.ofLiteral("127.0.0.1");
    }
    boolean address =
        Authority.parse(host) instanceof Authority.Valid(Authority authority)
            && (host.startsWith("[") || endsInDigit(authority.host()));
    return address ? InetAddress.ofLiteral(bare(host)) : null;
  }

  /** A name whose last label is a number is an IPv4 address, or {@link Authority} refuses it. */
  private static boolean endsInDigit(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return last.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** An address without the brackets that IPv6 ones stand in. */
  static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Whether a host of a URL is this machine and nobody else's. */
  static boolean isLoopback(String host) {
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return true;
    }
    InetAddress address = literal(host);
    return address != null && address.isLoopbackAddress();
  }

  /** Whether two sockets would want the same port of one address. */
  static boolean clash(InetSocketAddress one, InetSocketAddress other) {
    boolean everywhere =
        one.getAddress().isAnyLocalAddress() || other.getAddress().isAnyLocalAddress();
    return one.getPort() != 0
        && one.getPort() == other.getPort()
        && (everywhere || one.getAddress().equals(other.getAddress()));
  }
}
