package dev.bearward.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Thumbprints of certificates, {@code x5t#S256} (RFC 8705 section 3.1). */
public final class Thumbprint {
  private Thumbprint() {}

  /** Of a certificate's DER. */
  public static String of(byte[] der) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(der);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
