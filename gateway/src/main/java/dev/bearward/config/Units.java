package dev.bearward.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations such as {@code 500ms}, {@code 30s}, {@code 24h} and sizes such as {@code 64KiB}. */
final class Units {
  static final long KIB = 1024;
  static final long MIB = 1024 * KIB;
  static final long GIB = 1024 * MIB;

  private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,8})(B|KiB|MiB|GiB)");
  private static final Map<String, Long> MILLIS = new LinkedHashMap<>();
  private static final Map<String, Long> BYTES = new LinkedHashMap<>();

  static {
    MILLIS.put("h", 3_600_000L);
    MILLIS.put("m", 60_000L);
    MILLIS.put("s", 1_000L);
    MILLIS.put("ms", 1L);
    BYTES.put("GiB", GIB);
    BYTES.put("MiB", MIB);
    BYTES.put("KiB", KIB);
    BYTES.put("B", 1L);
  }

  private Units() {}

  static Optional<Duration> duration(String text) {
    return number(DURATION, MILLIS, text).map(Duration::ofMillis);
  }

  /** Bytes. */
  static Optional<Long> size(String text) {
    return number(SIZE, BYTES, text);
  }

  private static Optional<Long> number(Pattern pattern, Map<String, Long> units, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long unit = units.getOrDefault(matcher.group(2), 1L);
    return Optional.of(Long.parseLong(matcher.group(1)) * unit);
  }

  static String format(Duration duration) {
    return duration.isZero() ? "0s" : format(duration.toMillis(), MILLIS);
  }

  static String format(long bytes) {
    return bytes == 0 ? "0B" : format(bytes, BYTES);
  }

  private static String format(long amount, Map<String, Long> units) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (amount % unit.getValue() == 0) {
        return amount / unit.getValue() + unit.getKey();
      }
    }
    throw new IllegalStateException("no unit divides " + amount);
  }
}
