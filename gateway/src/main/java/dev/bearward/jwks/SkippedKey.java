package dev.bearward.jwks;

import java.util.Locale;

/** Why a member of a key set is not used; the rest of the set is (RFC 7517 section 5). */
public enum SkippedKey {
  /** No object, a name twice, or a value that is not what its name promises. */
  MALFORMED,
  /** A shared secret; anybody who reads the set could sign with it. */
  SYMMETRIC,
  /** Published with its private half, so anybody could sign with it. */
  PRIVATE,
  /** Its use, operations or algorithm are not those of signatures. */
  NOT_FOR_SIGNATURES,
  /** Its type, curve, size or value is none that tokens may be verified with. */
  UNSUITABLE,
  /** Beyond the number of members that are looked at. */
  OVER_LIMIT;

  /** The word for metrics, logs and the admin port. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
