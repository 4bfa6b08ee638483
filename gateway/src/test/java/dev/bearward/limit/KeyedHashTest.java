package dev.bearward.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedHashTest {
  private static final KeyedHash HASH = new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @ParameterizedTest
  @CsvSource({
    "0, 310e0edd47db6f72",
    "2, 5a4fa9d909806c0d",
    "4, b7877127e09427cf",
    "6, cee3fe586e46c9cb",
    "8, 6224939a79f5f593",
    "12, fbe50e86bc8f1e75",
    "16, db9bc2577fcc2a3f",
    "30, 28ef495c53a387ad",
  })
  @DisplayName("the vectors of the reference implementation, as far as they have an even length")
  void of_referenceVectors_agrees(int length, String expected) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    String text = new String(bytes, StandardCharsets.UTF_16LE);
    long hash = Long.reverseBytes(HASH.of(text));
    assertThat(HexFormat.of().toHexDigits(hash)).isEqualTo(expected);
  }

  @Test
  @DisplayName("the reference implementation's vector of eight bytes, given as a number")
  void of_number_agreesWithTheReference() {
    long hash = Long.reverseBytes(HASH.of(0x0706050403020100L));
    assertThat(HexFormat.of().toHexDigits(hash)).isEqualTo("6224939a79f5f593");
  }
}
