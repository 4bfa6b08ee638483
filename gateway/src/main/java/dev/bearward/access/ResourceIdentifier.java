package dev.bearward.access;

import java.net.URI;

/**
 * Resource identifier of the API (RFC 9728 section 1.2), exactly as configured: an https URL
 * without user information, query and fragment.
 */
public record ResourceIdentifier(String value) {
  private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

  /**
   * Demands the form.
   *
   * @throws IllegalArgumentException otherwise
   */
  public ResourceIdentifier {
    URI uri = URI.create(value);
    boolean sound =
        "https".equals(uri.getScheme())
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    if (!sound) {
      throw new IllegalArgumentException(
          "resource: " + value + " (expected: an https URL without query and fragment)");
    }
  }

  /**
   * Where its metadata is: the well-known segment goes between host and path, and a path that is a
   * slash alone is dropped (RFC 9728 section 3).
   */
  public String metadataUrl() {
    URI uri = URI.create(value);
    return "https://" + uri.getRawAuthority() + metadataPath();
  }

  /** The path of {@link #metadataUrl}. */
  String metadataPath() {
    String path = URI.create(value).getRawPath();
    return path.equals("/") ? WELL_KNOWN : WELL_KNOWN + path;
  }

  @Override
  public String toString() {
    return value;
  }
}
