package dev.bearward.outbound;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a call goes, and whether it may go there: https, or plain http that stays on this machine
 * or was asked for. Printed without query, fragment and user, which may hold secrets.
 *
 * @param uri an absolute URI
 */
public record Destination(URI uri) {
  /** The destination of that URI, which may still be unfit for a call. */
  public static Destination of(URI uri) {
    return new Destination(uri);
  }

  /** Whether the host is this machine by name or address; nothing is resolved. */
  public boolean loopback() {
    String host = uri.getHost();
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.matches("127(\\.(0|[1-9]\\d{0,2})){3}");
  }

  /**
   * Why no call may go there, or empty when it may.
   *
   * @param plainHttp whether plain http beyond this machine was asked for
   */
  public Optional<String> objection(boolean plainHttp) {
    String scheme = uri.getScheme();
    if (scheme == null || uri.getHost() == null) {
      return Optional.of(this + ": no absolute http URL (expected: https://host/path)");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of(this + ": holds a user (expected: a URL without user or password)");
    }
    return switch (scheme.toLowerCase(Locale.ROOT)) {
      case "https" -> Optional.empty();
      case "http" ->
          plainHttp || loopback()
              ? Optional.empty()
              : Optional.of(
                  this + ": plain http beyond loopback (expected: https, or insecureHttp: true)");
      default -> Optional.of(this + ": scheme " + scheme + " (expected: https)");
    };
  }

  /** Scheme, host, port and path only. */
  @Override
  public String toString() {
    if (uri.getHost() == null) {
      return "URL without a host";
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme() + "://" + uri.getHost() + port + path;
  }
}
