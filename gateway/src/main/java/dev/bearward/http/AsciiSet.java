package dev.bearward.http;

/** A set of ASCII characters, asked without allocation. */
public final class AsciiSet {
  private final long low;
  private final long high;

  /** The characters of that text, all of them ASCII. */
  public AsciiSet(String characters) {
    long below = 0;
    long above = 0;
    for (int i = 0; i < characters.length(); i++) {
      char c = characters.charAt(i);
      if (c < 64) {
        below |= 1L << c;
      } else {
        above |= 1L << (c - 64);
      }
    }
    low = below;
    high = above;
  }

  /** Whether the character is one of them. */
  public boolean has(int character) {
    if (character < 64) {
      return character >= 0 && (low >>> character & 1) != 0;
    }
    return character < 128 && (high >>> (character - 64) & 1) != 0;
  }
}
