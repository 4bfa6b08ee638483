package dev.bearward.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many retries a budget lets through. */
class RetryBudgetTest {
  private static int taken(RetryBudget budget, long now) {
    int taken = 0;
    while (budget.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void take_littleTraffic_allowsAFew() {
    assertThat(taken(new RetryBudget(20), 5)).isEqualTo(RetryBudget.FLOOR);
  }

  @Test
  void take_muchTraffic_allowsTheShare() {
    var budget = new RetryBudget(20);
    for (int i = 0; i < 1_000; i++) {
      budget.requested(i);
    }
    assertThat(taken(budget, 1_000)).isEqualTo(200);
  }

  @Test
  void take_afterTwoWindows_forgetsOldRequestsAndRetries() {
    var budget = new RetryBudget(50);
    for (int i = 0; i < 100; i++) {
      budget.requested(0);
    }
    assertThat(taken(budget, RetryBudget.WINDOW - 1)).isEqualTo(50);
    assertThat(taken(budget, RetryBudget.WINDOW)).as("the window before counts").isZero();
    assertThat(taken(budget, 3 * RetryBudget.WINDOW)).isEqualTo(RetryBudget.FLOOR);
  }
}
