package dev.bearward.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads llhttp's test files: Markdown with blocks fenced as {@code http}. Within a block a line
 * ends in CR LF, a backslash at its end joins it to the next one, and {@code \r}, {@code \n},
 * {@code \t}, {@code \f} and {@code \xNN} stand for those octets.
 */
public final class MarkdownVectors {
  private static final String FENCE = "```";

  private MarkdownVectors() {}

  /**
   * One block.
   *
   * @param file name of its file
   * @param line where it begins, counted from 1
   * @param type value of {@code type} in the comment before it, such as {@code response}
   * @param text its octets, one per character
   */
  public record Block(String file, int line, String type, String text) {
    @Override
    public String toString() {
      return file + ":" + line + " (" + type + ")";
    }
  }

  /** All blocks of one file. */
  public static List<Block> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    var blocks = new ArrayList<Block>();
    String type = "";
    int i = 0;
    while (i < lines.size()) {
      String line = lines.get(i++);
      if (line.startsWith("<!-- meta=")) {
        type = type(line);
      } else if (line.equals(FENCE + "http")) {
        int from = i;
        while (!lines.get(i).equals(FENCE)) {
          i++;
        }
        blocks.add(
            new Block(
                String.valueOf(file.getFileName()), from, type, octets(lines.subList(from, i++))));
      }
    }
    return blocks;
  }

  private static String type(String comment) {
    int from = comment.indexOf("\"type\":");
    int start = comment.indexOf('"', from + 7) + 1;
    return comment.substring(start, comment.indexOf('"', start));
  }

  private static String octets(List<String> lines) {
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.endsWith("\\")) {
        text.append(line, 0, line.length() - 1);
      } else {
        text.append(line).append(i + 1 < lines.size() ? "\r\n" : "");
      }
    }
    return unescape(text.toString());
  }

  private static String unescape(String text) {
    var octets = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      int code = c == '\\' ? "rntf".indexOf(next) : -1;
      if (code >= 0) {
        octets.append("\r\n\t\f".charAt(code));
        i++;
      } else if (c == '\\' && next == 'x') {
        octets.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        octets.append(c);
      }
    }
    // Text beyond Latin-1 stands for its UTF-8 octets.
    return new String(octets.toString().getBytes(charset(octets)), StandardCharsets.ISO_8859_1);
  }

  private static java.nio.charset.Charset charset(CharSequence text) {
    return text.chars().anyMatch(c -> c > 0xff)
        ? StandardCharsets.UTF_8
        : StandardCharsets.ISO_8859_1;
  }
}
