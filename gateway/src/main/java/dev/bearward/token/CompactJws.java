package dev.bearward.token;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A token split into the three parts of the compact serialisation (RFC 7515 section 7.1). Two or
 * five parts, the JSON serialisations and anything else are not one.
 */
final class CompactJws {
  private final byte[] encoded;
  private final int headerEnd;
  private final int payloadEnd;
  private final byte[] signature;

  private CompactJws(byte[] encoded, int headerEnd, int payloadEnd, byte[] signature) {
    this.encoded = encoded;
    this.headerEnd = headerEnd;
    this.payloadEnd = payloadEnd;
    this.signature = signature;
  }

  /** Whether three parts with dots between stand in a text from there on, whatever they hold. */
  static boolean hasThreeParts(String text, int start) {
    int first = text.indexOf('.', start);
    int second = first < 0 ? -1 : text.indexOf('.', first + 1);
    return second >= 0 && text.indexOf('.', second + 1) < 0;
  }

  /** The parts, or null when there are not exactly three or the last is not strict base64url. */
  static @Nullable CompactJws split(String token) {
    int first = token.indexOf('.');
    int second = first < 0 ? -1 : token.indexOf('.', first + 1);
    if (second < 0 || token.indexOf('.', second + 1) >= 0) {
      return null;
    }
    // A character beyond Latin-1 becomes a question mark, which is outside base64url as well.
    byte[] encoded = token.getBytes(StandardCharsets.ISO_8859_1);
    byte[] signature = Base64Url.decode(encoded, second + 1, encoded.length);
    return signature == null ? null : new CompactJws(encoded, first, second, signature);
  }

  /** The header as it is encoded. */
  String encodedHeader() {
    return new String(encoded, 0, headerEnd, StandardCharsets.ISO_8859_1);
  }

  /** The decoded header, or null when it is not strict base64url. */
  byte @Nullable [] header() {
    return Base64Url.decode(encoded, 0, headerEnd);
  }

  /** The decoded payload, or null when it is not strict base64url. */
  byte @Nullable [] payload() {
    return Base64Url.decode(encoded, headerEnd + 1, payloadEnd);
  }

  /** Whether the signature, over header and payload as they are encoded, is good. */
  boolean isSigned(SignatureCheck check) {
    return check.verifies(encoded, payloadEnd, signature);
  }
}
