package dev.bearward.observe;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Writes times in ISO 8601 with milliseconds, UTC. The part down to the second is kept, since most
 * lines of one second follow one another. Used by one thread.
 */
final class TimeText {
  private long second = Long.MIN_VALUE;
  private byte[] untilSecond = {};

  void write(Line line, long epochMillis) {
    long now = Math.floorDiv(epochMillis, 1_000L);
    if (now != second) {
      String text = Instant.ofEpochSecond(now).toString();
      untilSecond = text.substring(0, text.length() - 1).getBytes(StandardCharsets.US_ASCII);
      second = now;
    }
    line.raw(untilSecond);
    line.raw('.');
    line.thousandths(Math.floorMod(epochMillis, 1_000));
    line.raw('Z');
  }
}
