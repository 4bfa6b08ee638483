package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FetchBudgetTest {
  private static final Duration COOLDOWN = Duration.ofSeconds(30);

  @Test
  @DisplayName("rule 54: never more than burst fetches in any stretch of cooldown")
  void take_anyPattern_staysWithinEveryWindow() {
    var random = new Random(7);
    var budget = new FetchBudget(3, COOLDOWN);
    Deque<Long> taken = new ArrayDeque<>();
    long now = 0;
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      now += random.nextInt(4000);
      if (budget.take(now)) {
        taken.add(now);
      } else {
        refused++;
      }
      long windowStart = now - COOLDOWN.toMillis();
      taken.removeIf(at -> at <= windowStart);
      assertThat(taken).hasSizeLessThanOrEqualTo(3);
    }
    assertThat(refused).isPositive();
  }

  @Test
  void take_afterTheCooldown_allowedToTheMillisecond() {
    var budget = new FetchBudget(1, COOLDOWN);

    assertThat(budget.take(1000)).isTrue();
    assertThat(budget.take(30_999)).isFalse();
    assertThat(budget.pause().until()).isEqualTo(31_000);
    assertThat(budget.take(31_000)).isTrue();
  }

  @Test
  @DisplayName("a clock set back does not close the budget for as long as it was ahead")
  void take_clockSetBack_allowed() {
    var budget = new FetchBudget(1, COOLDOWN);
    budget.take(1_000_000_000);

    assertThat(budget.take(1000)).isTrue();
    assertThat(budget.take(1001)).isFalse();
  }

  @Test
  void none_neverAllows() {
    assertThat(FetchBudget.none().take(0)).isFalse();
  }
}
