package dev.bearward.server;

import java.time.Duration;

/**
 * Watches the pace of one client's request bodies, while the client is waited for. Once the
 * response has begun both may talk, and for as long as the upstream does, the client need not.
 */
final class UploadPace {
  private final Pace pace;
  private long answered;

  UploadPace(Duration timeout) {
    this.pace = new Pace(timeout);
  }

  /** A request body begins to be waited for. */
  void begin() {
    pace.reset(0);
    answered = 0;
  }

  /**
   * Whether the client sends its body too slowly, after so many more nanoseconds.
   *
   * @param unhurried whether any byte is enough
   */
  boolean isTooSlow(long passed, Exchange exchange, boolean unhurried) {
    long bytes = exchange.upload().bytes();
    long response = exchange.bytesOut();
    if (response != answered) {
      answered = response;
      pace.reset(bytes);
      return false;
    }
    return unhurried ? pace.silent(passed, bytes) : pace.tooSlow(passed, bytes);
  }
}
