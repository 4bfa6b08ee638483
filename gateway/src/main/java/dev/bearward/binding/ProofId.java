package dev.bearward.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which proof it is: half of the SHA-256 of its key, its target URI and its {@code jti}, which is
 * unique for those (RFC 9449 section 11.1).
 *
 * @param high first eight bytes of the digest
 * @param low next eight bytes
 */
public record ProofId(long high, long low) {
  /** Neither a thumbprint nor a normalised URI has a space in it, so no two triples look alike. */
  static ProofId of(String keyThumbprint, String target, String jti) {
    String all = keyThumbprint + ' ' + target + ' ' + jti;
    ByteBuffer digest = ByteBuffer.wrap(Sha256.of(all.getBytes(StandardCharsets.UTF_8)));
    return new ProofId(digest.getLong(), digest.getLong());
  }
}
