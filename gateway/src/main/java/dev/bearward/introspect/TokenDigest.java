package dev.bearward.introspect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stands for a token where the token itself must not be kept: 256 bits, keyed. */
record TokenDigest(long first, long second, long third, long fourth) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  /** Makes digests under one key that nobody knows, so that nobody can look for collisions. */
  static final class Maker {
    private final SecretKeySpec key;

    Maker(RandomGenerator random) {
      byte[] bytes = new byte[KEY_BYTES];
      random.nextBytes(bytes);
      this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    TokenDigest of(String token) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        ByteBuffer sum = ByteBuffer.wrap(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        return new TokenDigest(sum.getLong(), sum.getLong(), sum.getLong(), sum.getLong());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(ALGORITHM + ": every Java runtime has it", e);
      }
    }
  }

  @Override
  public String toString() {
    return "(digest)";
  }
}
