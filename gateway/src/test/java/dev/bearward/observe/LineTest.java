package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
  private final Line line = new Line();

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        9,
        10,
        99,
        100,
        12_345,
        999_999_999,
        1_000_000_000,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE + 1L,
        Long.MAX_VALUE,
        -1,
        Long.MIN_VALUE
      })
  void number_isDecimal(long value) {
    line.number(value);
    assertThat(line).hasToString(Long.toString(value));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.000", "999, 0.000", "1000, 0.001", "12345678, 12.345", "-1, 0.000"})
  void millis_hasThreeDecimals(long nanos, String text) {
    line.millis(nanos);
    assertThat(line).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain", "say \"hi\" now, say \\\"hi\\\" now", "back\\slash, back\\\\slash",
    "ümlaut, \\u00fcmlaut", "end\u007f, end\\u007f", "a\ud83d\ude00b, a\\ud83d\\ude00b"
  })
  void escaped_goesOnBehindWhatNeedsNoEscape(String value, String text) {
    line.escaped(value);
    assertThat(line).hasToString(text);
  }
}
