package dev.bearward.introspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  private static int taken(CallBudget budget, long nowNanos) {
    int count = 0;
    while (budget.take(nowNanos)) {
      count++;
    }
    return count;
  }

  @Test
  void take_atOnce_isBounded() {
    assertThat(taken(new CallBudget(64, 0), 0)).isEqualTo(64);
  }

  @Test
  void take_overTime_growsBySecondAndNeverBeyondTheBound() {
    var budget = new CallBudget(10, 0);
    assertThat(taken(budget, 0)).isEqualTo(10);
    assertThat(taken(budget, SECOND / 2)).isEqualTo(5);
    assertThat(taken(budget, SECOND)).isEqualTo(5);
    assertThat(taken(budget, 100 * SECOND)).isEqualTo(10);
  }

  @Test
  void take_inSmallSteps_losesNothing() {
    var budget = new CallBudget(10, 0);
    int count = taken(budget, 0);
    for (long now = 0; now <= 10 * SECOND; now += SECOND / 1000) {
      count += taken(budget, now);
    }
    assertThat(count).isBetween(109, 110);
  }

  @Test
  void giveBack_isThereAgain_butNeverBeyondTheBound() {
    var budget = new CallBudget(2, 0);
    budget.giveBack();
    assertThat(taken(budget, 0)).isEqualTo(2);
    budget.giveBack();
    assertThat(taken(budget, 0)).isEqualTo(1);
  }

  @Test
  void take_onAClockFarFromZero_works() {
    var budget = new CallBudget(2, Long.MAX_VALUE - 5);
    assertThat(taken(budget, Long.MAX_VALUE - 5)).isEqualTo(2);
    assertThat(taken(budget, Long.MIN_VALUE + SECOND)).as("nanoTime wraps").isEqualTo(2);
  }
}
