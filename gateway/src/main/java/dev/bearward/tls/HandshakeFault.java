package dev.bearward.tls;

import io.netty.handler.ssl.NotSslRecordException;

/** Why a handshake failed, in one line. */
public final class HandshakeFault {
  private static final int LONGEST = 200;
  private static final int DEEPEST = 16;

  private HandshakeFault() {}

  /**
   * The innermost message; printable ASCII, at most 200 characters, and nothing of what the other
   * side sent in plain text (rule 12).
   */
  public static String why(Throwable failure) {
    if (failure instanceof NotSslRecordException
        || failure.getCause() instanceof NotSslRecordException) {
      return "no TLS record";
    }
    Throwable inner = failure;
    for (int i = 0; i < DEEPEST && inner.getCause() != null; i++) {
      inner = inner.getCause();
    }
    String message = inner.getMessage();
    String text = message == null ? inner.getClass().getSimpleName() : message;
    String line = text.replaceAll("[^ -~]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST);
  }
}
