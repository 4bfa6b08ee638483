package dev.bearward.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumericDateTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0.0000,0",
    "0e999999999,0",
    "1,1000",
    "-1,-1000",
    "1.5,1500",
    "1.0009,1000",
    "-1.0009,-1001",
    "1e-999999999,0",
    "-1e-999999999,-1",
    "0.00000000000000000001,0",
    "-0.00000000000000000001,-1",
    "1790000000,1790000000000",
    "1.79e9,1790000000000",
    "99999999999999,99999999999999000",
    "99999999999999.9999,99999999999999999",
    "100000000000000,100000000000000000",
    "1e999999999,100000000000000000",
    "-1e999999999,-100000000000000000",
    "9223372036854775808,100000000000000000"
  })
  @DisplayName("rule 46: seconds of any size become milliseconds, rounded down, without overflow")
  void millis_anyNumber_isBounded(String seconds, long expected) {
    assertThat(NumericDate.millis(new BigDecimal(seconds))).isEqualTo(expected);
  }
}
