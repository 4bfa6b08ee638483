package dev.bearward.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names of all headers that any route makes from claims. A client's field of such a name is
 * removed on every route, in whatever case and with whatever stands between letters and digits,
 * since upstreams read X-User and x_user alike (rules 124, 175). Looking a name up allocates
 * nothing.
 */
public final class IdentityNames {
  private final @Nullable String[] table;

  /** Takes the names as they will be written upstream. */
  public IdentityNames(Collection<String> names) {
    table = new String[Math.max(4, Integer.highestOneBit(names.size() * 2) * 2)];
    for (String name : names) {
      int slot = slot(name);
      if (table[slot] == null) {
        table[slot] = name;
      }
    }
  }

  /** These names and others. */
  IdentityNames and(Collection<String> others) {
    return others.isEmpty()
        ? this
        : new IdentityNames(
            Stream.concat(Arrays.stream(table).flatMap(Stream::ofNullable), others.stream())
                .toList());
  }

  /** Whether only the gateway may set that field. */
  public boolean contains(CharSequence fieldName) {
    return table[slot(fieldName)] != null;
  }

  private int slot(CharSequence name) {
    int slot = hash(name) & (table.length - 1);
    while (true) {
      String there = table[slot];
      if (there == null || alike(there, name)) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
  }

  private static int hash(CharSequence name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = hash * 31 + folded(name.charAt(i));
    }
    return hash ^ hash >>> 16;
  }

  private static boolean alike(CharSequence a, CharSequence b) {
    if (a.length() != b.length()) {
      return false;
    }
    for (int i = 0; i < a.length(); i++) {
      if (folded(a.charAt(i)) != folded(b.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static char folded(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + ('a' - 'A'));
    }
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
  }

  @Override
  public String toString() {
    return Arrays.stream(table).filter(name -> name != null).sorted().toList().toString();
  }
}
