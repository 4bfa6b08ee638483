package dev.bearward.server;

import java.util.List;

/** Reads Transfer-Encoding (RFC 9112 section 6.1): one coding, chunked, is understood. */
final class TransferCodings {
  private TransferCodings() {}

  /** Whether the only coding is chunked, once. */
  static boolean justChunked(List<String> values) {
    return values.size() == 1 && values.getFirst().equalsIgnoreCase("chunked");
  }

  /** Whether it names, in well-formed lists, a coding other than chunked. */
  static boolean unknown(List<String> values) {
    boolean unknown = false;
    for (String value : values) {
      for (String coding : value.split(",", -1)) {
        String name = coding.strip();
        if (!FieldNames.isToken(name)) {
          return false;
        }
        unknown |= !name.equalsIgnoreCase("chunked");
      }
    }
    return unknown;
  }
}
