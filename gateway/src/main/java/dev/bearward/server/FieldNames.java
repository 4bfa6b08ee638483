package dev.bearward.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;

/**
 * Field names as this gateway takes them: tokens (RFC 9110 section 5.6.2) without underscore, since
 * many an upstream cannot tell an underscore from a hyphen (rule 127).
 */
final class FieldNames {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    String marks = "!#$%&'*+-.^_`|~";
    for (int c = 0; c < TOKEN.length; c++) {
      TOKEN[c] =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || marks.indexOf(c) >= 0;
    }
  }

  private FieldNames() {}

  /** Whether the text is a token. */
  static boolean isToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(text.charAt(i))) {
        return false;
      }
    }
    return text.length() > 0;
  }

  /** Whether a token may hold the character. */
  static boolean isToken(char c) {
    return c < TOKEN.length && TOKEN[c];
  }

  /** Whether the text is a token without underscore. */
  static boolean isSound(CharSequence name) {
    if (name instanceof AsciiString ascii) {
      return isSound(ascii.array(), ascii.arrayOffset(), ascii.length());
    }
    return isToken(name) && name.toString().indexOf('_') < 0;
  }

  private static boolean isSound(byte[] octets, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte octet = octets[i];
      if (octet < 0 || octet == '_' || !TOKEN[octet]) {
        return false;
      }
    }
    return length > 0;
  }

  /** Whether every name is sound. */
  static boolean allSound(HttpHeaders headers) {
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      if (!isSound(fields.next().getKey())) {
        return false;
      }
    }
    return true;
  }
}
