package dev.bearward.route;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by literal segment, asked with a region of a canonical path so that a look-up copies
 * nothing. Percent-encoded delimiters count as the delimiter they stand for: an upstream that
 * decodes {@code %40} sees {@code @}, so the literal {@code @me} must catch {@code %40me} as well.
 */
final class SegmentMap {
  private static final String DELIMITERS = "!$&'()*+,=:@";

  private @Nullable String[] keys = new String[4];
  private @Nullable Node[] nodes = new Node[4];
  private int size;

  /** Whether there is no node at all. */
  boolean isEmpty() {
    return size == 0;
  }

  /** The node of a region of text, or null. */
  @Nullable Node find(String text, int start, int end) {
    return size == 0 ? null : nodes[slot(text, start, end)];
  }

  /** The node of a whole literal, made when there is none. */
  Node at(String literal) {
    int slot = slot(literal, 0, literal.length());
    Node there = nodes[slot];
    if (there != null) {
      return there;
    }
    if (++size * 2 > keys.length) {
      grow();
      slot = slot(literal, 0, literal.length());
    }
    var node = new Node();
    keys[slot] = decoded(literal);
    nodes[slot] = node;
    return node;
  }

  private void grow() {
    @Nullable String[] oldKeys = keys;
    @Nullable Node[] oldNodes = nodes;
    keys = new String[oldKeys.length * 2];
    nodes = new Node[oldNodes.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      String key = oldKeys[i];
      if (key != null) {
        int slot = slot(key, 0, key.length());
        keys[slot] = key;
        nodes[slot] = oldNodes[i];
      }
    }
  }

  private int slot(String text, int start, int end) {
    int slot = hash(text, start, end) & (keys.length - 1);
    while (true) {
      String key = keys[slot];
      if (key == null || same(key, text, start, end)) {
        return slot;
      }
      slot = (slot + 1) & (keys.length - 1);
    }
  }

  private static int hash(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        c = delimiterAt(text, i);
        i += c == '%' ? 0 : 2;
      }
      hash = hash * 31 + c;
    }
    return hash ^ hash >>> 16;
  }

  private static boolean same(String key, String text, int start, int end) {
    int at = 0;
    for (int i = start; i < end; i++, at++) {
      char c = text.charAt(i);
      if (c == '%') {
        c = delimiterAt(text, i);
        i += c == '%' ? 0 : 2;
      }
      if (at == key.length() || key.charAt(at) != c) {
        return false;
      }
    }
    return at == key.length();
  }

  /** The delimiter that a percent-encoding stands for, or the percent sign itself. */
  private static char delimiterAt(String text, int at) {
    char c = (char) HexFormat.fromHexDigits(text, at + 1, at + 3);
    return DELIMITERS.indexOf(c) >= 0 ? c : '%';
  }

  /** A literal as the table keeps it. */
  static String decoded(String literal) {
    var out = new StringBuilder(literal.length());
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c == '%') {
        c = delimiterAt(literal, i);
        i += c == '%' ? 0 : 2;
      }
      out.append(c);
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return Arrays.toString(keys);
  }
}
