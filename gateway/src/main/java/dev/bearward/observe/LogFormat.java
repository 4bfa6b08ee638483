package dev.bearward.observe;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line per log record: time, level, logger, message. Tokens are taken out and control
 * characters are written as escapes, so that nothing a client sent can forge a line. The frames of
 * an exception follow on lines of their own, each beginning with a tab.
 */
final class LogFormat extends Formatter {
  private static final int MAX_FRAMES = 30;
  private static final int MAX_CAUSES = 8;
  private static final String OWN = "dev.bearward.";

  private static final Map<Level, String> LEVELS =
      Map.of(
          Level.SEVERE,
          "ERROR",
          Level.WARNING,
          "WARN ",
          Level.INFO,
          "INFO ",
          Level.CONFIG,
          "INFO ",
          Level.FINE,
          "DEBUG",
          Level.FINER,
          "TRACE",
          Level.FINEST,
          "TRACE");

  @Override
  public String format(LogRecord entry) {
    Instant time = entry.getInstant().truncatedTo(ChronoUnit.MILLIS);
    var line = new StringBuilder(160);
    line.append(time).append(' ').append(LEVELS.getOrDefault(entry.getLevel(), "INFO "));
    line.append(' ').append(logger(entry)).append(": ").append(clean(formatMessage(entry)));
    if (entry.getThrown() != null) {
      causes(line, entry.getThrown());
    }
    return line.append('\n').toString();
  }

  private static String logger(LogRecord entry) {
    String name = entry.getLoggerName();
    if (name == null || name.isEmpty()) {
      return "root";
    }
    return clean(name.startsWith(OWN) ? name.substring(OWN.length()) : name);
  }

  private static void causes(StringBuilder line, Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      line.append("\n\t").append(depth == 0 ? "" : "caused by ").append(clean(cause.toString()));
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
        line.append("\n\t  at ").append(frames[i]);
      }
      cause = cause.getCause();
    }
  }

  /** Without tokens and control characters. */
  static String clean(String text) {
    String redacted = Redaction.of(text);
    if (redacted.chars().noneMatch(LogFormat::control)) {
      return redacted;
    }
    var clean = new StringBuilder(redacted.length() + 16);
    redacted.chars().forEach(c -> append(clean, (char) c));
    return clean.toString();
  }

  private static void append(StringBuilder clean, char c) {
    if (c == '\n') {
      clean.append("\\n");
    } else if (control(c)) {
      clean.append(String.format("\\u%04x", (int) c));
    } else {
      clean.append(c);
    }
  }

  /** C0, DEL, C1, the line separators of Unicode and those that change the writing direction. */
  private static boolean control(int c) {
    return Character.isISOControl(c)
        || switch (Character.getType(c)) {
          case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT -> true;
          default -> false;
        };
  }
}
