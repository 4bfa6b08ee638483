package dev.bearward.observe;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * Sets up the log of the process: one line per record to one stream, usually standard error, with
 * redaction. There is no configuration file; the level comes from {@value #LEVEL_VARIABLE}.
 */
public final class Logging {
  /** Environment variable of the level. */
  public static final String LEVEL_VARIABLE = "BEARWARD_LOG_LEVEL";

  /** Strong references: java.util.logging forgets the level of a logger nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger NETTY = Logger.getLogger("io.netty");
  private static final Logger HTTP2 = Logger.getLogger("io.netty.handler.codec.http2");
  private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

  private static @Nullable LineHandler installed;

  private Logging() {}

  /**
   * Replaces whatever java.util.logging was set up with.
   *
   * @param level error, warn, info, debug or trace in any case; null or empty: info
   * @throws IllegalArgumentException when the level is another word
   */
  public static synchronized void install(OutputStream out, @Nullable String level) {
    Level threshold = level(level);
    uninstall();
    LogManager.getLogManager().reset();
    installed = new LineHandler(out, threshold);
    ROOT.addHandler(installed);
    ROOT.setLevel(threshold);
    // Their own debug logs show bytes of connections, Redis's password among them.
    Level coarse = threshold.intValue() < Level.INFO.intValue() ? Level.INFO : threshold;
    NETTY.setLevel(coarse);
    LETTUCE.setLevel(coarse);
    // It would write a line for each frame that it passes over, as many as a client likes to send.
    HTTP2.setLevel(threshold.intValue() < Level.WARNING.intValue() ? Level.WARNING : threshold);
  }

  /** Takes the handler away again; nothing is logged after it. */
  static synchronized void uninstall() {
    LineHandler handler = installed;
    installed = null;
    if (handler != null) {
      ROOT.removeHandler(handler);
    }
  }

  private static synchronized void keep(LineHandler handler) {
    if (handler == installed) {
      ROOT.addHandler(handler);
    }
  }

  private static Level level(@Nullable String word) {
    return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
      case "", "info" -> Level.INFO;
      case "error" -> Level.SEVERE;
      case "warn" -> Level.WARNING;
      case "debug" -> Level.FINE;
      case "trace" -> Level.FINEST;
      default ->
          throw new IllegalArgumentException(
              LEVEL_VARIABLE + ": " + word + " (expected: error, warn, info, debug or trace)");
    };
  }

  /** Shows each record at once. */
  private static final class LineHandler extends Handler {
    private final StreamHandler stream;

    LineHandler(OutputStream out, Level threshold) {
      this.stream = new StreamHandler(out, new LogFormat());
      stream.setLevel(threshold);
      try {
        stream.setEncoding(StandardCharsets.UTF_8.name());
      } catch (java.io.UnsupportedEncodingException e) {
        throw new IllegalStateException("every JVM has UTF-8", e);
      }
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      stream.publish(entry);
      stream.flush();
    }

    @Override
    public void flush() {
      stream.flush();
    }

    /**
     * Stays: java.util.logging closes all handlers in a shutdown hook of its own, while the gateway
     * still drains and has something to say.
     */
    @Override
    public void close() {
      stream.flush();
      keep(this);
    }
  }
}
