package dev.bearward.config;

import dev.bearward.config.Node.Entry;
import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Refused;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.util.Locale;
import java.util.stream.Collectors;

/** A part of the file written as JSON (RFC 8259). */
final class JsonText {
  private JsonText() {}

  static String of(Node node) {
    return switch (node) {
      case Scalar scalar -> scalar(scalar);
      case Sequence list ->
          list.items().stream().map(JsonText::of).collect(Collectors.joining(",", "[", "]"));
      case Mapping mapping ->
          mapping.entries().stream()
              .map((Entry e) -> quoted(e.key()) + ":" + of(e.value()))
              .collect(Collectors.joining(",", "{", "}"));
      case Refused _ -> "null";
    };
  }

  private static String scalar(Scalar scalar) {
    return switch (scalar.type()) {
      case NULL -> "null";
      case BOOL -> scalar.text().toLowerCase(Locale.ROOT);
      case WHOLE, FRACTION ->
          CoreSchema.decimal(scalar.text()) == null ? quoted(scalar.text()) : scalar.text();
      case TEXT, SUBSTITUTED -> quoted(scalar.text());
    };
  }

  private static String quoted(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
