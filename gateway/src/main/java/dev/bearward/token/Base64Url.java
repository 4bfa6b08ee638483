package dev.bearward.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * base64url without padding, strict (RFC 7515 section 2, RFC 4648 sections 3.3 and 3.5): no
 * whitespace, no padding, no other character, and spare bits are zero, so that every value has one
 * encoding only. The JDK's decoder takes padding and spare bits.
 */
final class Base64Url {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final byte[] VALUES = values();

  private Base64Url() {}

  /** The decoded bytes of a region, or null when it is not strict base64url. */
  static byte @Nullable [] decode(byte[] encoded, int from, int to) {
    int length = to - from;
    int tail = length % 4;
    if (tail == 1) {
      return null;
    }
    byte[] decoded = new byte[length / 4 * 3 + (tail == 0 ? 0 : tail - 1)];
    int out = 0;
    int at = from;
    for (int end = to - tail; at < end; at += 4) {
      int group = bits(encoded, at, 4);
      if (group < 0) {
        return null;
      }
      decoded[out++] = (byte) (group >> 16);
      decoded[out++] = (byte) (group >> 8);
      decoded[out++] = (byte) group;
    }
    return tail == 0 || decodeTail(encoded, at, tail, decoded, out) ? decoded : null;
  }

  private static boolean decodeTail(byte[] encoded, int at, int tail, byte[] decoded, int out) {
    int group = bits(encoded, at, tail);
    int spare = tail == 2 ? 4 : 2;
    if (group < 0 || (group & ((1 << spare) - 1)) != 0) {
      return false;
    }
    int value = group >> spare;
    if (tail == 3) {
      decoded[out] = (byte) (value >> 8);
      decoded[out + 1] = (byte) value;
    } else {
      decoded[out] = (byte) value;
    }
    return true;
  }

  /** Six bits of each of the next characters; negative when one is not in the alphabet. */
  private static int bits(byte[] encoded, int at, int count) {
    int group = 0;
    int wrong = 0;
    for (int i = 0; i < count; i++) {
      byte value = VALUES[encoded[at + i] & 0xff];
      wrong |= value;
      group = group << 6 | value;
    }
    return wrong < 0 ? -1 : group;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      values[ALPHABET.charAt(i)] = (byte) i;
    }
    return values;
  }
}
