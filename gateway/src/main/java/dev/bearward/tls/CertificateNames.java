package dev.bearward.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names that a certificate is for (RFC 9525 section 6): host names, {@code *.} standing for one
 * label, and addresses. The subject's common name is none.
 */
final class CertificateNames {
  private static final int DNS = 2;
  private static final int ADDRESS = 7;

  private final Set<String> names = new HashSet<>();

  CertificateNames(X509Certificate certificate) {
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(this::add);
      }
    } catch (CertificateParsingException e) {
      names.clear(); // Names that cannot be read are none.
    }
  }

  private void add(List<?> alternative) {
    if (alternative.get(0) instanceof Integer kind
        && (kind == DNS || kind == ADDRESS)
        && alternative.get(1) instanceof String name) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
  }

  /** Whether it is for exactly that name, in lower case. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether it is for all names of that name's domain. */
  boolean hasWildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && names.contains("*" + name.substring(dot));
  }

  /** Whether it is for that name or address, in lower case. */
  boolean covers(String name) {
    return has(name) || hasWildcard(name);
  }
}
