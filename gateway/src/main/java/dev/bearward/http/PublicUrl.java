package dev.bearward.http;

/**
 * Where clients reach the gateway. It comes from the configuration alone, never from what a request
 * says of itself (rules 66, 73, 176).
 *
 * @param https whether the scheme is https, else http
 * @param authority host, and the port when it is not the scheme's own
 * @param path what stands before every path that arrives here, or empty; begins with a slash and
 *     never ends in one
 */
public record PublicUrl(boolean https, Authority authority, String path) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Takes the scheme's own port and the slash at the end of the path away. */
  public PublicUrl {
    if (authority.port() == (https ? HTTPS_PORT : HTTP_PORT)
        && Authority.parse(authority.host()) instanceof Authority.Valid(Authority portless)) {
      authority = portless;
    }
    if (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (!path.isEmpty() && !(CanonicalPath.parse(path) instanceof CanonicalPath.Canonical)) {
      throw new IllegalArgumentException("path: " + path + " (expected: an unambiguous path)");
    }
  }

  /** The URL that a client used for a path that arrived here, without query. */
  public String of(CanonicalPath arrived) {
    return this + arrived.value();
  }

  /** Scheme, authority and path, without a slash at the end. */
  @Override
  public String toString() {
    return (https ? "https://" : "http://") + authority + path;
  }
}
