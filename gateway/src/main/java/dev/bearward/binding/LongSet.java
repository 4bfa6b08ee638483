package dev.bearward.binding;

/** A set of numbers that are random already, by open addressing; one thread at a time. */
final class LongSet {
  private static final int INITIAL = 64;

  private long[] table = new long[INITIAL];
  private int size;

  boolean contains(long number) {
    return table[slot(table, stored(number))] != 0;
  }

  /** Adds a number that is not in it. */
  void add(long number) {
    if (size >= table.length * 2L / 3) {
      grow();
    }
    long stored = stored(number);
    table[slot(table, stored)] = stored;
    size++;
  }

  int size() {
    return size;
  }

  /** What the numbers take, in bytes. */
  long bytes() {
    return (long) Long.BYTES * table.length;
  }

  /** Zero marks a free slot. */
  private static long stored(long number) {
    return number == 0 ? 1 : number;
  }

  /** Where the number stands, or would. */
  private static int slot(long[] table, long stored) {
    int slot = (int) stored & (table.length - 1);
    while (table[slot] != 0 && table[slot] != stored) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] larger = new long[table.length * 2];
    for (long stored : table) {
      if (stored != 0) {
        larger[slot(larger, stored)] = stored;
      }
    }
    table = larger;
  }
}
