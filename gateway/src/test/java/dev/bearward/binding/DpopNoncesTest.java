package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.DpopNonces.Standing;
import dev.bearward.testing.SteppedTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DpopNoncesTest {
  private static final Duration STRETCH = Duration.ofSeconds(60);

  private final SteppedTime time = new SteppedTime();

  @AfterEach
  void stopTime() {
    time.close();
  }

  private DpopNonces nonces(int secret, String issuer) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) secret;
    return new DpopNonces(bytes, issuer, STRETCH, time);
  }

  @Test
  @DisplayName("rule 76: a nonce passes in its own stretch of time and in the next, no longer")
  void standing_asTimePasses_ends() {
    DpopNonces nonces = nonces(1, "a");
    String nonce = nonces.current();
    assertThat(nonces.standing(nonce)).isEqualTo(Standing.CURRENT);
    time.advance(STRETCH);
    assertThat(nonces.standing(nonce)).isEqualTo(Standing.PREVIOUS);
    assertThat(nonces.standing(nonces.current())).isEqualTo(Standing.CURRENT);
    time.advance(STRETCH);
    assertThat(nonces.standing(nonce)).isEqualTo(Standing.UNKNOWN);
  }

  @Test
  @DisplayName("rule 76: no nonce of another process or issuer passes")
  void standing_ofAnotherSecretOrIssuer_isUnknown() {
    DpopNonces nonces = nonces(1, "a");
    assertThat(nonces(1, "a").current()).isEqualTo(nonces.current());
    assertThat(nonces.standing(nonces(2, "a").current())).isEqualTo(Standing.UNKNOWN);
    assertThat(nonces.standing(nonces(1, "b").current())).isEqualTo(Standing.UNKNOWN);
  }
}
