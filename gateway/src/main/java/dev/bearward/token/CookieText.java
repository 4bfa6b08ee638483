package dev.bearward.token;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cookies of one Cookie field (RFC 6265 section 4.2), by name. */
final class CookieText {
  private CookieText() {}

  /** Adds the values of all cookies of that name that have one. */
  static void values(String field, String name, List<String> values) {
    for (int start = 0; start <= field.length(); ) {
      int end = end(field, start);
      String value = value(field.substring(start, end), name);
      if (value != null && !value.isEmpty()) {
        values.add(value);
      }
      start = end + 1;
    }
  }

  /** The field without the cookies of that name, the rest as it was; null when nothing is left. */
  static @Nullable String without(String field, String name) {
    var rest = new StringBuilder(field.length());
    boolean any = false;
    for (int start = 0; start <= field.length(); ) {
      int end = end(field, start);
      String crumb = field.substring(start, end);
      if (value(crumb, name) == null) {
        rest.append(any ? ";" : "").append(any || start == 0 ? crumb : crumb.stripLeading());
        any = true;
      }
      start = end + 1;
    }
    return rest.toString().isBlank() ? null : rest.toString();
  }

  private static int end(String field, int start) {
    int end = field.indexOf(';', start);
    return end < 0 ? field.length() : end;
  }

  /** The value of a cookie of that name, or null for another one. */
  private static @Nullable String value(String crumb, String name) {
    int equals = crumb.indexOf('=');
    return equals >= 0 && crumb.substring(0, equals).strip().equals(name)
        ? crumb.substring(equals + 1).strip()
        : null;
  }
}
