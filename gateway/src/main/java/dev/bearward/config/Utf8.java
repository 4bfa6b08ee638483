package dev.bearward.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** The file's bytes as text: UTF-8, with or without a byte order mark, bounded, printable. */
final class Utf8 {
  /** Largest file, in bytes. */
  static final int LARGEST_FILE = 1024 * 1024;

  private Utf8() {}

  /** The text, or null when a problem has been reported. */
  static @Nullable String decode(byte[] bytes, Problems problems) {
    if (bytes.length > LARGEST_FILE) {
      problems.add(Position.START, "", "the file is too large (expected: at most 1MiB)");
      return null;
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, out, true);
    String text = withoutMark(out.flip().toString());
    if (result.isError()) {
      problems.add(
          end(text),
          "",
          "byte 0x%02X is not UTF-8 (expected: a file in UTF-8)"
              .formatted(bytes[in.position()] & 0xff));
      return null;
    }
    return printable(text, problems) ? text : null;
  }

  private static String withoutMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private static boolean printable(String text, Problems problems) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (!StreamReader.isPrintable(c) || c == 0xfeff) {
        problems.add(
            end(text.substring(0, i)),
            "",
            "character U+%04X (expected: printable characters)".formatted(c));
        return false;
      }
    }
    return true;
  }

  /** The position after the text; line breaks as YAML counts them. */
  private static Position end(String text) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if ((c == '\n' || c == '\r') && !pair) {
        line++;
        start = i + 1;
      }
    }
    return new Position(line, text.codePointCount(start, text.length()) + 1);
  }
}
