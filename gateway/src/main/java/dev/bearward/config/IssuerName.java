package dev.bearward.config;

import java.util.regex.Pattern;

/** The name of an issuer that was given none: host, port and path of its identifier. */
final class IssuerName {
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern EDGES = Pattern.compile("^[^A-Za-z0-9]+|/+$");
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9._:-]+");

  /** Enough for host, tenant and version of the clouds, which are longer than 64. */
  static final int LONGEST = 128;

  private IssuerName() {}

  static String of(String identifier) {
    String bare = SCHEME.matcher(identifier).replaceFirst("");
    String name = STRANGE.matcher(EDGES.matcher(bare).replaceAll("")).replaceAll("-");
    return name.substring(0, Math.min(LONGEST, name.length()));
  }
}
