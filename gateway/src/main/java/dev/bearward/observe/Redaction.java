package dev.bearward.observe;

import java.util.regex.Pattern;

/**
 * Takes everything of token shape out of a text: credentials behind an authentication scheme, and
 * base64url parts that begin like a JSON object. The last line of defence (rules 12 and 186): no
 * room is meant to log a token in the first place.
 */
final class Redaction {
  /** What stands where something was taken out. */
  static final String MARK = "[redacted]";

  /** Base64url of <code>{"</code>, with which every JOSE header and claims set begins. */
  private static final String JSON_START = "eyJ";

  private static final Pattern CREDENTIALS =
      Pattern.compile(
          "\\b(bearer|dpop|basic)([ \\t]++|%20|\\+)(?!(?:tokens?|realm)\\b)[A-Za-z0-9._~+/%-]++=*+",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern JOSE =
      Pattern.compile("eyJ[A-Za-z0-9_-]*+(?:(?:\\.|%2[eE])[A-Za-z0-9_-]*+)*+");

  private Redaction() {}

  /** The text without tokens; the very same object when there are none. */
  static String of(String text) {
    String plain = holdsJson(text) ? JOSE.matcher(text).replaceAll(MARK) : text;
    return CREDENTIALS.matcher(plain).replaceAll("$1 " + MARK);
  }

  /** A short value, such as a path: only tokens that show by themselves. */
  static String ofValue(String value) {
    return holdsJson(value) ? JOSE.matcher(value).replaceAll(MARK) : value;
  }

  private static boolean holdsJson(String text) {
    return text.contains(JSON_START);
  }
}
