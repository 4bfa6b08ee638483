package dev.bearward.config;

import dev.bearward.config.Node.Entry;
import dev.bearward.config.Node.Mapping;
import dev.bearward.config.Node.Refused;
import dev.bearward.config.Node.Scalar;
import dev.bearward.config.Node.Sequence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Puts environment variables and files into scalars, after parsing: <code>${NAME}</code>, <code>
 * ${NAME:-default}</code> (unset or empty), <code>${file:/path}</code>; a second dollar sign in
 * front makes it literal. What comes in is never read as YAML and never substituted again.
 */
final class Substitution {
  /** Largest file of one value, in bytes. */
  static final int LARGEST_FILE = 64 * 1024;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String DEFAULT = ":-";
  private static final String FILE = "file:";

  private final Surroundings surroundings;
  private final Path directory;
  private final Problems problems;

  /**
   * @param directory what relative file names are relative to
   */
  Substitution(Surroundings surroundings, Path directory, Problems problems) {
    this.surroundings = surroundings;
    this.directory = directory;
    this.problems = problems;
  }

  Node applied(Node node) {
    return applied(node, "");
  }

  private Node applied(Node node, String path) {
    return switch (node) {
      case Scalar scalar -> scalar(scalar, path);
      case Sequence(Position at, List<Node> items) -> {
        List<Node> results = new ArrayList<>(items.size());
        for (Node item : items) {
          results.add(applied(item, path + "[" + results.size() + "]"));
        }
        yield new Sequence(at, results);
      }
      case Mapping(Position at, List<Entry> entries) ->
          new Mapping(
              at,
              entries.stream()
                  .map(e ->
                      new Entry(e.at(), e.key(), applied(e.value(), Shown.join(path, e.key()))))
                  .toList());
      case Refused refused -> refused;
    };
  }

  private Node scalar(Scalar scalar, String path) {
    String text = scalar.text();
    if (!text.contains("${")) {
      return scalar;
    }
    var out = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
      if (at > from && text.charAt(at - 1) == '$') {
        out.append(text, from, at - 1).append("${");
        from = at + 2;
        continue;
      }
      int end = text.indexOf('}', at);
      String inside = end < 0 ? text.substring(at + 2) : text.substring(at + 2, end);
      Found found = end < 0 ? new Missing("no closing }") : found(inside);
      switch (found) {
        case Missing(String why) -> {
          problems.add(scalar.at(), path, shown(inside) + " (" + why + ")");
          return new Refused(scalar.at());
        }
        case Text(String value) -> out.append(text, from, at).append(value);
      }
      from = end + 1;
    }
    out.append(text, from, text.length());
    return new Scalar(scalar.at(), out.toString(), scalar.written(), Node.Type.SUBSTITUTED);
  }

  /** Without the default, which may be a secret. */
  private static String shown(String inside) {
    int split = inside.indexOf(DEFAULT);
    return Shown.text("${" + (split < 0 ? inside : inside.substring(0, split) + ":-…") + "}");
  }

  private sealed interface Found {}

  private record Text(String value) implements Found {}

  private record Missing(String why) implements Found {}

  private Found found(String inside) {
    if (inside.startsWith(FILE)) {
      return file(inside.substring(FILE.length()));
    }
    int split = inside.indexOf(DEFAULT);
    String name = split < 0 ? inside : inside.substring(0, split);
    if (!NAME.matcher(name).matches()) {
      return new Missing("expected: ${NAME}, ${NAME:-default} or ${file:/path}");
    }
    String value = surroundings.variable(name);
    if (split < 0) {
      return value == null
          ? new Missing("environment variable " + name + " is not set")
          : new Text(value);
    }
    String otherwise = inside.substring(split + DEFAULT.length());
    if (otherwise.contains("${")) {
      return new Missing("expected: a default without a substitution in it");
    }
    return new Text(value == null || value.isEmpty() ? otherwise : value);
  }

  private Found file(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      return new Missing("expected: ${file:/path}");
    }
    try {
      byte[] bytes = surroundings.bytes(directory.resolve(name), LARGEST_FILE);
      if (bytes.length > LARGEST_FILE) {
        return new Missing("file " + name + " is too large, expected: at most 64KiB");
      }
      return new Text(withoutNewline(text(bytes)));
    } catch (CharacterCodingException e) {
      return new Missing("file " + name + " is not UTF-8");
    } catch (NoSuchFileException e) {
      return new Missing("file " + name + " does not exist");
    } catch (IOException e) {
      return new Missing("file " + name + " cannot be read");
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static String withoutNewline(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
