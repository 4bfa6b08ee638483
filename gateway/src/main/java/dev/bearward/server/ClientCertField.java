package dev.bearward.server;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Client-Cert field (RFC 9440 section 2.2): one Byte Sequence (RFC 8941 section 3.3.5), without
 * parameters, of one certificate's DER.
 */
final class ClientCertField {
  /** Largest certificate, bytes. */
  static final int MAX_DER = 16 * 1024;

  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;

  private ClientCertField() {}

  /** The certificate's DER, or null unless there is exactly one well-formed line. */
  static byte @Nullable [] der(List<String> lines) {
    if (lines.size() != 1) {
      return null;
    }
    String line = lines.getFirst();
    int last = line.length() - 1;
    boolean bounded = last > 1 && last <= MAX_DER / 3 * 4 + 4;
    if (!bounded || line.charAt(0) != ':' || line.charAt(last) != ':') {
      return null;
    }
    String base64 = line.substring(1, last);
    try {
      byte[] der = Base64.getDecoder().decode(base64);
      boolean exact = Base64.getEncoder().encodeToString(der).equals(base64);
      return exact && isCertificate(der) ? der : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Whether the bytes are a SEQUENCE of SEQUENCE, SEQUENCE and BIT STRING (RFC 5280 section 4.1)
   * and nothing else; what stands in them was the proxy's to check.
   */
  private static boolean isCertificate(byte[] der) {
    ByteBuffer whole = ByteBuffer.wrap(der);
    ByteBuffer parts = value(whole, SEQUENCE);
    return parts != null
        && !whole.hasRemaining()
        && value(parts, SEQUENCE) != null
        && value(parts, SEQUENCE) != null
        && value(parts, BIT_STRING) != null
        && !parts.hasRemaining();
  }

  /** Takes the value of a tag, or null when none of that tag and a definite length stands there. */
  private static @Nullable ByteBuffer value(ByteBuffer in, int tag) {
    if (in.remaining() < 2 || in.get() != tag) {
      return null;
    }
    int length = length(in);
    if (length < 0 || length > in.remaining()) {
      return null;
    }
    ByteBuffer value = in.slice(in.position(), length);
    in.position(in.position() + length);
    return value;
  }

  /** A length of up to 65535 in its shortest form (X.690 section 10.1), or -1. */
  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    int octets = first - 0x80;
    if (octets < 0) {
      return first;
    }
    if (octets < 1 || octets > 2 || in.remaining() < octets) {
      return -1;
    }
    int length = octets == 1 ? in.get() & 0xff : in.getShort() & 0xffff;
    return length < (octets == 1 ? 0x80 : 0x100) ? -1 : length;
  }
}
