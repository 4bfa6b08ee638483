package dev.bearward.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of a query (WHATWG URL, application/x-www-form-urlencoded), by name. */
final class QueryText {
  private QueryText() {}

  /** Adds the decoded values of all parameters of that name that have one. */
  static void values(String query, String name, List<String> values) {
    for (int start = 0; start <= query.length(); ) {
      int end = end(query, start);
      int valueStart = valueStart(query, start, end, name);
      if (valueStart >= 0 && valueStart < end) {
        values.add(decoded(query, valueStart, end));
      }
      start = end + 1;
    }
  }

  /** The query without the parameters of that name, the rest as it was; null for none at all. */
  static @Nullable String without(String query, String name) {
    var rest = new StringBuilder(query.length());
    boolean any = false;
    for (int start = 0; start <= query.length(); ) {
      int end = end(query, start);
      if (valueStart(query, start, end, name) < 0) {
        rest.append(any ? "&" : "").append(query, start, end);
        any = true;
      }
      start = end + 1;
    }
    return any ? rest.toString() : null;
  }

  private static int end(String query, int start) {
    int end = query.indexOf('&', start);
    return end < 0 ? query.length() : end;
  }

  /** Where the parameter's value begins, or -1 when it has another name. */
  private static int valueStart(String query, int start, int end, String name) {
    int equals = query.indexOf('=', start);
    int nameEnd = equals < 0 || equals > end ? end : equals;
    return decoded(query, start, nameEnd).equals(name) ? Math.min(nameEnd + 1, end) : -1;
  }

  /** Each octet as one character; a percent sign that begins nothing stands for itself. */
  private static String decoded(String text, int start, int end) {
    var decoded = new StringBuilder(end - start);
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      int octet = c == '%' && i + 2 < end ? octet(text.charAt(i + 1), text.charAt(i + 2)) : -1;
      if (octet >= 0) {
        decoded.append((char) octet);
        i += 2;
      } else {
        decoded.append(c == '+' ? ' ' : c);
      }
    }
    return decoded.toString();
  }

  private static int octet(char high, char low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 || high > 0x7f || low > 0x7f ? -1 : first << 4 | second;
  }
}
