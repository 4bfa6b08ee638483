package dev.bearward.cluster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The keys in Redis; whoever may write them decides who gets in. */
final class Names {
  static final String REVOCATIONS = "bearward:revocations";
  static final String REVOCATION_ENDS = "bearward:revocations:ends";

  /** Counts the changes of the revocations; also the channel that changes are published on. */
  static final String REVOCATION_VERSION = "bearward:revocations:version";

  private static final String RATE = "bearward:rate:";
  private static final String PROOF = "bearward:proof:";
  private static final int DIGEST_BYTES = 16;

  private Names() {}

  static String proof(long high, long low) {
    return PROOF + text(ByteBuffer.allocate(DIGEST_BYTES).putLong(high).putLong(low).array());
  }

  /** One length whoever it is for; and no names of people. */
  static String rate(String whatAndWho) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(whatAndWho.getBytes(StandardCharsets.UTF_8));
      return RATE + text(ByteBuffer.wrap(digest).slice(0, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java runtime has it
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String text(ByteBuffer slice) {
    byte[] bytes = new byte[slice.remaining()];
    slice.get(bytes);
    return text(bytes);
  }
}
