package dev.bearward.config;

import java.util.regex.Pattern;

/** The name of an issuer that was given none: host, port and path of its identifier. */
final class IssuerName {
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern EDGES = Pattern.compile("^[^A-Za-z0-9]+|/+$");
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9._:-]+");

  private IssuerName() {}

  static String of(String identifier) {
    String bare = SCHEME.matcher(identifier).replaceFirst("");
    return STRANGE.matcher(EDGES.matcher(bare).replaceAll("")).replaceAll("-");
  }
}
