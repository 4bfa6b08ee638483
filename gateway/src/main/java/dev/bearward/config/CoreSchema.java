package dev.bearward.config;

import java.math.BigDecimal;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Types of plain scalars in the core schema (YAML 1.2.2 section 10.3.2). */
final class CoreSchema {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> BOOLS =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
  private static final Pattern FRACTION =
      Pattern.compile(
          "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
              + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  // RFC 8259 section 6, with exponents that do not make a claim's number a memory hog.
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?");
  // A scalar that long is text to everybody but a regular expression's stack.
  private static final int LONGEST_NUMBER = 64;

  private CoreSchema() {}

  /** The type of an unquoted scalar. */
  static Node.Type typeOf(String plain) {
    if (NULLS.contains(plain)) {
      return Node.Type.NULL;
    }
    if (BOOLS.contains(plain)) {
      return Node.Type.BOOL;
    }
    if (plain.length() > LONGEST_NUMBER) {
      return Node.Type.TEXT;
    }
    if (WHOLE.matcher(plain).matches()) {
      return Node.Type.WHOLE;
    }
    return FRACTION.matcher(plain).matches() ? Node.Type.FRACTION : Node.Type.TEXT;
  }

  /** The number a plain scalar is, or null when JSON would not write it so. */
  static @Nullable BigDecimal decimal(String plain) {
    return JSON_NUMBER.matcher(plain).matches() ? new BigDecimal(plain) : null;
  }
}
