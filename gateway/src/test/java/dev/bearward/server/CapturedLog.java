package dev.bearward.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a logger says while this is open, with its parents silenced. */
public final class CapturedLog implements AutoCloseable {
  private final Logger logger;
  private final Lines lines = new Lines();

  private CapturedLog(Logger logger) {
    this.logger = logger;
    logger.addHandler(lines);
    logger.setUseParentHandlers(false);
  }

  /** What that logger says from now on. */
  public static CapturedLog of(String name) {
    return new CapturedLog(Logger.getLogger(name));
  }

  /** All of it so far. */
  public List<String> lines() {
    return lines.texts;
  }

  @Override
  public void close() {
    logger.removeHandler(lines);
    logger.setUseParentHandlers(true);
  }

  private static final class Lines extends Handler {
    final List<String> texts = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      texts.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
