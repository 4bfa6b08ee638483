package dev.bearward.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces that DPoP proofs of one issuer's clients have to hold (RFC 9449 section 9). Nothing is
 * stored: a nonce is an HMAC over the number of a stretch of time, and those of the present and of
 * the last stretch pass, so each serves for one to two stretches. The secret ends with the process,
 * and with it all nonces: a proof made before a restart never passes after it.
 */
final class DpopNonces {
  private static final int NONCE_BYTES = 16;

  private final SecretKeySpec secret;
  private final byte[] issuer;
  private final long stretchMillis;
  private final InstantSource clock;
  private volatile Nonces nonces;

  private record Nonces(long stretch, String current, String previous) {}

  /** How a nonce stands. */
  enum Standing {
    CURRENT,
    /** Passes, and soon will not: the client should be given the current one. */
    PREVIOUS,
    UNKNOWN
  }

  DpopNonces(byte[] secret, String issuer, Duration stretch, InstantSource clock) {
    this.secret = new SecretKeySpec(secret, "HMAC");
    this.issuer = issuer.getBytes(StandardCharsets.UTF_8);
    this.stretchMillis = stretch.toMillis();
    this.clock = clock;
    this.nonces = nonces(clock.millis() / stretchMillis);
  }

  /** The nonce to hand out. */
  String current() {
    return now().current();
  }

  /** Whether a proof's nonce passes. */
  Standing standing(String nonce) {
    Nonces present = now();
    if (same(nonce, present.current())) {
      return Standing.CURRENT;
    }
    return same(nonce, present.previous()) ? Standing.PREVIOUS : Standing.UNKNOWN;
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private Nonces now() {
    long stretch = clock.millis() / stretchMillis;
    Nonces present = nonces;
    if (present.stretch() != stretch) {
      present = nonces(stretch);
      nonces = present;
    }
    return present;
  }

  private Nonces nonces(long stretch) {
    return new Nonces(stretch, nonce(stretch), nonce(stretch - 1));
  }

  private String nonce(long stretch) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(issuer);
      byte[] digest = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(stretch).array());
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, NONCE_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java runtime has it
    }
  }
}
