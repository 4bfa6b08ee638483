package dev.bearward.config;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of methods, case-sensitive (rule 122). */
final class Methods {
  private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Z-]{1,32}");
  private static final Set<String> NEVER = Set.of("TRACE", "CONNECT");
  private static final String EXPECTED = "a method in upper case, neither TRACE nor CONNECT";

  private Methods() {}

  static @Nullable String read(Value value) {
    String method = value.text(METHOD, EXPECTED);
    if (method != null && (NEVER.contains(method) || method.equals("*"))) {
      value.refuse(EXPECTED);
      return null;
    }
    return method;
  }
}
