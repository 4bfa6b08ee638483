package dev.bearward.jwks;

import java.util.Locale;

/** Why a member of a key set is not used; the rest of the set is (RFC 7517 section 5). */
public enum SkippedKey {
  /** No object, a name twice, or a value that is not what its name promises. */
  MALFORMED,
  /** A key type or curve that no supported algorithm uses. */
  UNSUPPORTED,
  /** A shared secret; anybody who reads the set could sign with it. */
  SYMMETRIC,
  /** Published with its private half, so anybody could sign with it. */
  PRIVATE,
  /** Its use, operations or algorithm are not those of signatures. */
  NOT_FOR_SIGNATURES,
  /** An RSA key below 2048 bits or with an unsafe exponent (RFC 7518 section 3.3). */
  WEAK,
  /** Beyond the number of members that are looked at. */
  OVER_LIMIT;

  /** The word for metrics, logs and the admin port. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
