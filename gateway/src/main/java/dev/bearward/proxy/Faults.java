package dev.bearward.proxy;

import java.net.ConnectException;
import javax.net.ssl.SSLException;

/** Why something failed, in a few words for operators. */
final class Faults {
  private static final int LONGEST = 200;

  private Faults() {}

  static String text(Throwable cause) {
    return switch (cause) {
      case SSLException tls -> "TLS: " + bounded(tls);
      case ConnectException refused -> bounded(refused);
      default -> cause.getClass().getSimpleName() + ": " + bounded(cause);
    };
  }

  private static String bounded(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST);
  }
}
