package dev.bearward.observe;

import dev.bearward.token.ClaimValue;
import java.nio.charset.StandardCharsets;

/** Writes a claim as JSON into a line. Depth and size were bounded when the token was read. */
final class ClaimJson {
  private ClaimJson() {}

  static void write(Line line, ClaimValue value) {
    switch (value) {
      case ClaimValue.Text text -> line.quoted(text.value());
      case ClaimValue.Numeric number -> ascii(line, number.value().toString());
      case ClaimValue.Bool bool -> ascii(line, Boolean.toString(bool.value()));
      case ClaimValue.Null() -> ascii(line, "null");
      case ClaimValue.Array array -> array(line, array);
      case ClaimValue.Members object -> members(line, object);
    }
  }

  private static void array(Line line, ClaimValue.Array array) {
    line.raw('[');
    char separator = 0;
    for (ClaimValue item : array.items()) {
      separator = separate(line, separator);
      write(line, item);
    }
    line.raw(']');
  }

  private static void members(Line line, ClaimValue.Members object) {
    line.raw('{');
    char separator = 0;
    for (var member : object.members().entrySet()) {
      separator = separate(line, separator);
      line.quoted(member.getKey());
      line.raw(':');
      write(line, member.getValue());
    }
    line.raw('}');
  }

  private static char separate(Line line, char separator) {
    if (separator != 0) {
      line.raw(separator);
    }
    return ',';
  }

  private static void ascii(Line line, String text) {
    line.raw(text.getBytes(StandardCharsets.US_ASCII));
  }
}
