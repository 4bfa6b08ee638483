package dev.bearward.config;

import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Refused;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.util.regex.Pattern;

/**
 * How values stand in messages: as written in the file, never what was substituted; short, on one
 * line, and without what looks like a token or a password (rule 186).
 */
final class Shown {
  static final String HIDDEN = "(hidden)";
  private static final int LONGEST = 100;
  private static final int LONGEST_MASKED = 1_000;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_=.-]*+");
  private static final Pattern USER = Pattern.compile("//.*@");

  private Shown() {}

  static String of(Node node) {
    return switch (node) {
      case Scalar scalar when scalar.type() == Node.Type.NULL -> "nothing";
      case Scalar scalar -> text(scalar.written());
      case Sequence sequence -> "a list of " + sequence.items().size();
      case Mapping _ -> "a mapping";
      case Refused _ -> HIDDEN;
    };
  }

  static String text(String value) {
    if (value.isEmpty()) {
      return "\"\"";
    }
    if (value.length() > LONGEST_MASKED) {
      return "a text of " + value.length() + " characters";
    }
    String plain = CONTROL.matcher(value).replaceAll("?");
    String masked =
        USER.matcher(TOKEN.matcher(plain).replaceAll("(a token)")).replaceAll("//(hidden)@");
    int length = masked.codePointCount(0, masked.length());
    return length <= LONGEST
        ? masked
        : masked.substring(0, masked.offsetByCodePoints(0, LONGEST)) + "…";
  }

  /** The path of a key inside a mapping. */
  static String join(String path, String key) {
    String name = text(key);
    return path.isEmpty() ? name : path + "." + name;
  }
}
