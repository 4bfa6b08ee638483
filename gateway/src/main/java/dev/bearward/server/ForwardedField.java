package dev.bearward.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Forwarded field of a request (RFC 7239 section 4). A line that is not well-formed counts for
 * nothing, and neither does any line before it.
 *
 * @param elements one for each proxy that told, the nearest last
 * @param text the lines they stand in, as one list
 */
record ForwardedField(List<Element> elements, String text) {
  /**
   * What one proxy said.
   *
   * @param node the value of {@code for}, without quotes, or null
   * @param host the value of {@code host}, without quotes, or null
   * @param proto the value of {@code proto}, without quotes, or null
   */
  record Element(@Nullable String node, @Nullable String host, @Nullable String proto) {}

  static final ForwardedField NONE = new ForwardedField(List.of(), "");

  private static final Set<String> PARAMETERS = Set.of("for", "by", "host", "proto");

  /** Reads the lines of a request, in their order. */
  static ForwardedField read(List<String> lines) {
    var elements = new ArrayList<Element>();
    String text = "";
    for (String line : lines.reversed()) {
      List<Element> ofLine = new Parser(line).elements();
      if (ofLine == null) {
        break;
      }
      elements.addAll(0, ofLine);
      text = text.isEmpty() ? line : line + ", " + text;
    }
    return elements.isEmpty() ? NONE : new ForwardedField(List.copyOf(elements), text);
  }

  /** One pass over one line. */
  private static final class Parser {
    private final String line;
    private int at;

    Parser(String line) {
      this.line = line;
    }

    /** The elements, or null when the line is not well-formed. Empty ones are skipped. */
    @Nullable List<Element> elements() {
      var elements = new ArrayList<Element>();
      do {
        skipSpace();
        if (at < line.length() && line.charAt(at) != ',') {
          Element element = element();
          if (element == null) {
            return null;
          }
          elements.add(element);
          skipSpace();
        }
      } while (take(','));
      return at == line.length() ? elements : null;
    }

    private @Nullable Element element() {
      Map<String, String> pairs = new HashMap<>();
      do {
        String name = token().toLowerCase(Locale.ROOT);
        String value = name.isEmpty() || !take('=') ? null : value();
        if (value == null || pairs.put(name, value) != null) {
          return null;
        }
      } while (take(';'));
      return pairs.keySet().stream().anyMatch(PARAMETERS::contains)
          ? new Element(pairs.get("for"), pairs.get("host"), pairs.get("proto"))
          : null;
    }

    private String token() {
      int start = at;
      while (at < line.length() && FieldNames.isToken(line.charAt(at))) {
        at++;
      }
      return line.substring(start, at);
    }

    private @Nullable String value() {
      if (!take('"')) {
        String token = token();
        return token.isEmpty() ? null : token;
      }
      var value = new StringBuilder();
      while (at < line.length()) {
        char c = line.charAt(at++);
        if (c == '"') {
          return value.toString();
        }
        if (c == '\\' && at < line.length()) {
          c = line.charAt(at++);
        }
        value.append(c);
      }
      return null;
    }

    private boolean take(char wanted) {
      boolean there = at < line.length() && line.charAt(at) == wanted;
      at += there ? 1 : 0;
      return there;
    }

    private void skipSpace() {
      while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
        at++;
      }
    }
  }
}
