package dev.bearward.limit;

/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of the UTF-16
 * little-endian bytes of a text. Without the key nobody can choose texts whose hashes meet.
 *
 * @param first first half of the key
 * @param second second half of the key
 */
public record KeyedHash(long first, long second) {
  private static final int CHARS_A_WORD = 4;

  /** The hash of a text. */
  long of(CharSequence text) {
    var state = new State(first, second);
    int length = text.length();
    int whole = length - length % CHARS_A_WORD;
    for (int i = 0; i < whole; i += CHARS_A_WORD) {
      state.take(word(text, i, CHARS_A_WORD));
    }
    state.take(((2L * length) << 56) | word(text, whole, length - whole));
    return state.end();
  }

  /** The hash of eight bytes, the lowest first. */
  long of(long bytes) {
    var state = new State(first, second);
    state.take(bytes);
    state.take((long) Long.BYTES << 56);
    return state.end();
  }

  private static long word(CharSequence text, int from, int count) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      word |= (long) text.charAt(from + i) << (16 * i);
    }
    return word;
  }

  /** The four words of the algorithm. */
  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long k0, long k1) {
      v0 = k0 ^ 0x736f6d6570736575L;
      v1 = k1 ^ 0x646f72616e646f6dL;
      v2 = k0 ^ 0x6c7967656e657261L;
      v3 = k1 ^ 0x7465646279746573L;
    }

    void take(long word) {
      v3 ^= word;
      round();
      round();
      v0 ^= word;
    }

    long end() {
      v2 ^= 0xff;
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
