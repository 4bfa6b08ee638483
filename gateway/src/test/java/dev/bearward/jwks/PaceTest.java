package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Duration EVERY = Duration.ofMinutes(10);
  private static final Duration COOLDOWN = Duration.ofSeconds(30);

  private final Pace pace = new Pace(EVERY, COOLDOWN, true, new Random(7));

  @Test
  @DisplayName("rule 184: refreshes are spread over the last tenth of `every`")
  void afterSuccess_jitter_isAheadAndBounded() {
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.afterSuccess(null).orElseThrow()).isBetween(Duration.ofMinutes(9), EVERY);
    }
    assertThat(pace.afterSuccess(null)).isNotEqualTo(pace.afterSuccess(null));
  }

  @Test
  void afterFailure_jitter_isBoundedByHalf() {
    for (int failures = 1; failures < 1000; failures++) {
      long doubled = Math.min(30_000, 1000L << Math.min(failures - 1, 10));
      assertThat(pace.afterFailure(failures).orElseThrow())
          .isBetween(Duration.ofMillis(doubled / 2), Duration.ofMillis(doubled));
    }
    assertThat(pace.afterFailure(Integer.MAX_VALUE).orElseThrow()).isLessThanOrEqualTo(COOLDOWN);
  }
}
