package dev.bearward.benchmarks.jmh;

import java.nio.charset.StandardCharsets;

/** Gives tokens in turn, each as a new string, as one that came off a request is. */
final class Turn {
  private final byte[][] tokens;
  private int at;

  Turn(String... tokens) {
    this.tokens = new byte[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      this.tokens[i] = tokens[i].getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  String next() {
    at = at + 1 == tokens.length ? 0 : at + 1;
    return new String(tokens[at], StandardCharsets.ISO_8859_1);
  }
}
