package dev.bearward.jwks;

import java.net.URI;

/** Where an issuer's metadata is. */
final class WellKnown {
  private WellKnown() {}

  /** Appended to the issuer without its trailing slash (OpenID Connect Discovery section 4.1). */
  static URI openIdConfiguration(String issuer) {
    return URI.create(withoutSlash(issuer) + "/.well-known/openid-configuration");
  }

  /** Inserted between host and path, whose trailing slash goes (RFC 8414 section 3.1). */
  static URI authorizationServer(String issuer) {
    URI uri = URI.create(issuer);
    String origin = uri.getScheme() + "://" + uri.getRawAuthority();
    String path = uri.getRawPath() == null ? "" : withoutSlash(uri.getRawPath());
    return URI.create(origin + "/.well-known/oauth-authorization-server" + path);
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
