package dev.bearward.proxy;

import java.util.List;
import java.util.function.Consumer;

/** Members of Connection and other comma-separated lists of tokens (RFC 9110 section 5.6.1). */
final class ConnectionOptions {
  private ConnectionOptions() {}

  /** Visits the members that are not empty, in order. */
  static void forEach(String value, Consumer<String> visitor) {
    int start = 0;
    while (start <= value.length()) {
      int comma = value.indexOf(',', start);
      int end = comma < 0 ? value.length() : comma;
      String member = value.substring(start, end).strip();
      if (!member.isEmpty()) {
        visitor.accept(member);
      }
      start = end + 1;
    }
  }

  /** Whether one of the field lines lists that option. */
  static boolean contains(List<String> lines, String option) {
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.equalsIgnoreCase(option) || (line.indexOf(',') >= 0 && lists(line, option))) {
        return true;
      }
    }
    return false;
  }

  private static boolean lists(String line, String option) {
    boolean[] found = {false};
    forEach(line, member -> found[0] |= member.equalsIgnoreCase(option));
    return found[0];
  }
}
