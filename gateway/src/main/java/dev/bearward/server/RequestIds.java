package dev.bearward.server;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Request ids: 128 random bits in hex where the client sent none. They name a request in logs and
 * keep no secret, so a fast generator will do. Belongs to one event loop.
 */
final class RequestIds {
  /** Longest id that is taken from a client, characters. */
  static final int MAX_LENGTH = 128;

  private static final int HEX_DIGITS = 32;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String MARKS = "-._~+/=:@";

  private final SplittableRandom random;

  RequestIds(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The client's id when it is 1 to 128 harmless characters, else a new one. */
  String choose(@Nullable String sent) {
    return sent != null && harmless(sent) ? sent : next();
  }

  private static boolean harmless(String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** A new id. */
  String next() {
    byte[] text = new byte[HEX_DIGITS];
    write(random.nextLong(), text, 0);
    write(random.nextLong(), text, HEX_DIGITS / 2);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void write(long bits, byte[] text, int offset) {
    long left = bits;
    for (int i = 0; i < HEX_DIGITS / 2; i++) {
      text[offset + i] = HEX[(int) left & 0xf];
      left >>>= 4;
    }
  }
}
