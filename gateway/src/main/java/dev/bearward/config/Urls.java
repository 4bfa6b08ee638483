package dev.bearward.config;

import dev.bearward.http.Authority;
import dev.bearward.http.CanonicalPath;
import dev.bearward.http.PublicUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** URLs the gateway goes to. */
final class Urls {
  private Urls() {}

  /**
   * A URL with a host.
   *
   * @param host as {@link Authority} spells it
   * @param port the one written, or the scheme's own
   */
  record Url(URI uri, boolean https, String host, int port) {
    /** Stands in for a URL that has a problem. */
    static final Url NOWHERE = new Url(URI.create("http://invalid"), false, "invalid", 80);

    boolean crossesNetworkInPlain() {
      return !https && !Addresses.isLoopback(host);
    }

    /** Whether nothing stands behind the authority. */
    boolean isOrigin() {
      return uri.getRawPath().isEmpty() && uri.getRawQuery() == null;
    }
  }

  /** Reads an http or https URL; one with user information or a fragment is none. */
  static Optional<Url> parse(String text) {
    try {
      URI uri = new URI(text);
      boolean https = "https".equalsIgnoreCase(uri.getScheme());
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if (!(http || https) || uri.getRawAuthority() == null || uri.getRawFragment() != null) {
        return Optional.empty();
      }
      return Authority.parse(uri.getRawAuthority()) instanceof Authority.Valid(Authority authority)
          ? Optional.of(new Url(uri, https, authority.host(), port(authority, https)))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Reads where clients reach the gateway. */
  static @Nullable PublicUrl publicUrl(Value value) {
    String expected = "an http or https URL without user information, query and fragment";
    String text = value.text(expected);
    if (text == null) {
      return null;
    }
    Url url = parse(text).filter(found -> found.uri().getRawQuery() == null).orElse(null);
    if (url == null
        || !(Authority.parse(url.uri().getRawAuthority()) instanceof Authority.Valid(var at))) {
      value.refuse(expected);
      return null;
    }
    String path = url.uri().getRawPath();
    if (!path.isEmpty() && !(CanonicalPath.parse(path) instanceof CanonicalPath.Canonical)) {
      value.refuse("an unambiguous path, without dot segments, empty segments and parameters");
      return null;
    }
    return new PublicUrl(url.https(), at, path);
  }

  private static int port(Authority authority, boolean https) {
    if (authority.port() >= 0) {
      return authority.port();
    }
    return https ? 443 : 80;
  }
}
