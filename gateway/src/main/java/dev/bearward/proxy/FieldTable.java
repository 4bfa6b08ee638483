package dev.bearward.proxy;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a header field, by its name. Case is ignored and any mark counts as a
 * hyphen, since many upstreams read an underscore so, and those that put fields into environment
 * variables every mark. Looking a name up allocates nothing.
 *
 * @param <T> what is to be done
 */
final class FieldTable<T extends Enum<T>> {
  private final String[] names;
  private final @Nullable Object[] treatments;
  private final T other;

  /** Bit n is set when a name of n characters is in the table, beyond 62 always. */
  private long lengths;

  /** Takes the treatments of the names, and that of any other name. */
  FieldTable(Map<T, ? extends Collection<String>> namesByTreatment, T other) {
    int size = namesByTreatment.values().stream().mapToInt(Collection::size).sum();
    int slots = Integer.highestOneBit(Math.max(size, 4)) * 4;
    this.names = new String[slots];
    this.treatments = new Object[slots];
    this.other = other;
    namesByTreatment.forEach((treatment, all) -> all.forEach(name -> put(name, treatment)));
  }

  private void put(String name, T treatment) {
    int slot = slot(name);
    names[slot] = name;
    treatments[slot] = treatment;
    lengths |= 1L << Math.min(name.length(), Long.SIZE - 1);
  }

  /** The treatment of that field. */
  @SuppressWarnings("unchecked") // only put() writes the array
  T of(CharSequence name) {
    Object treatment = treatments[slot(name)];
    return treatment == null ? other : (T) treatment;
  }

  /** Whether a name of that length may be in the table: a quick no for most of the others. */
  boolean hasNameOf(int length) {
    return (lengths >>> Math.min(length, Long.SIZE - 1) & 1) != 0;
  }

  private int slot(CharSequence name) {
    int slot = hash(name) & (names.length - 1);
    while (treatments[slot] != null && !alike(names[slot], name)) {
      slot = (slot + 1) & (names.length - 1);
    }
    return slot;
  }

  private static int hash(CharSequence name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = hash * 31 + folded(name.charAt(i));
    }
    return hash ^ hash >>> 16;
  }

  /** Whether two names are one, by the measure of this table. */
  static boolean alike(CharSequence a, CharSequence b) {
    return a.length() == b.length() && startsWith(a, b);
  }

  /** Whether a name begins like {@code prefix}, by the measure of this table. */
  static boolean startsWith(CharSequence name, CharSequence prefix) {
    if (name.length() < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (folded(name.charAt(i)) != folded(prefix.charAt(i))) {
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
}
