package dev.bearward.server;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs bugs. An exception's message may quote what the client sent, so only its class and the place
 * are written, causes included.
 */
final class InternalErrors {
  private static final Logger LOG = LoggerFactory.getLogger("dev.bearward.server");
  private static final int FRAMES = 12;
  private static final int CAUSES = 4;

  private InternalErrors() {}

  static void log(Throwable bug) {
    var text = new StringBuilder("internal error: ");
    Throwable cause = bug;
    for (int depth = 0; cause != null && depth < CAUSES; depth++) {
      text.append(depth == 0 ? "" : "; caused by ").append(cause.getClass().getName());
      text.append(
          Arrays.stream(cause.getStackTrace())
              .limit(FRAMES)
              .map(StackTraceElement::toString)
              .collect(Collectors.joining(" < ", " at ", "")));
      cause = cause.getCause();
    }
    LOG.error(text.toString());
  }
}
