package dev.bearward.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LocalRateLimiterTest {
  private static final RateLimit TEN_A_SECOND = new RateLimit(10, Duration.ofSeconds(1), 3);

  private static final KeyedHash HASH = new KeyedHash(1, 2);

  private final AtomicLong nanos = new AtomicLong(-5);
  private final LocalRateLimiter limiter = new LocalRateLimiter(nanos::get, HASH);

  private Spending spend(String client) {
    return limiter.spend("r", TEN_A_SECOND, client);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  @DisplayName("contract: a burst may come at once, then as many as come back")
  void spend_beyondTheBurst_isExhaustedUntilTokensComeBack() {
    assertThat(spend("a")).isEqualTo(new Spending.Allowed(2, Duration.ofMillis(100)));
    assertThat(spend("a")).isEqualTo(new Spending.Allowed(1, Duration.ofMillis(200)));
    assertThat(spend("a")).isEqualTo(new Spending.Allowed(0, Duration.ofMillis(300)));
    assertThat(spend("a")).isEqualTo(new Spending.Exhausted(Duration.ofMillis(100)));
    pass(Duration.ofMillis(99));
    assertThat(spend("a")).isEqualTo(new Spending.Exhausted(Duration.ofMillis(1)));
    pass(Duration.ofMillis(1));
    assertThat(spend("a")).isEqualTo(new Spending.Allowed(0, Duration.ofMillis(300)));
    pass(Duration.ofHours(1));
    assertThat(spend("a")).isEqualTo(new Spending.Allowed(2, Duration.ofMillis(100)));
  }

  @Test
  @DisplayName("contract: clients, routes and changed limits count for themselves")
  void spend_byOthers_countsApart() {
    for (int i = 0; i < 4; i++) {
      spend("a");
    }
    assertThat(spend("a")).isInstanceOf(Spending.Exhausted.class);
    assertThat(spend("b")).isInstanceOf(Spending.Allowed.class);
    assertThat(limiter.spend("s", TEN_A_SECOND, "a")).isInstanceOf(Spending.Allowed.class);
    var changed = new RateLimit(10, Duration.ofSeconds(1), 4);
    assertThat(limiter.spend("r", changed, "a")).isInstanceOf(Spending.Allowed.class);
  }

  @Test
  @DisplayName("rule 187: who was not seen for as long as the bucket fills is forgotten")
  void clients_idle_areForgotten() {
    for (int i = 0; i < 1_000; i++) {
      spend("c" + i);
    }
    assertThat(limiter.clients()).isEqualTo(1_000);
    pass(Duration.ofMillis(302));
    spend("last");
    assertThat(limiter.clients()).isEqualTo(1);
  }

  private final LocalRateLimiter small = new LocalRateLimiter(nanos::get, HASH, 512);

  private void flood(String route, String name) {
    for (int i = 0; i < 20_000; i++) {
      small.spend(route, TEN_A_SECOND, name + i);
    }
  }

  @Test
  @DisplayName("rule 187: any number of clients takes bounded memory")
  void clients_many_areBounded() {
    flood("r", "c");
    assertThat(small.clients()).isEqualTo(512);
  }

  @Test
  @DisplayName("regression: a flood of new clients gives nobody back what they used up")
  void clients_many_usedUpStaysSo() {
    var known = List.of("a", "b", "c", "d");
    for (String client : known) {
      for (int i = 0; i < 3; i++) {
        assertThat(small.spend("r", TEN_A_SECOND, client)).isInstanceOf(Spending.Allowed.class);
      }
    }
    flood("r", "x");
    assertThat(known)
        .allSatisfy(client ->
            assertThat(small.spend("r", TEN_A_SECOND, client))
                .isInstanceOf(Spending.Exhausted.class));
  }

  @Test
  @DisplayName("regression: who is forgotten again and again gets no more than their rate")
  void clients_thatForgetEachOther_areHeldToTheRate() {
    for (int round = 0; round < 3; round++) {
      flood("r", "x");
    }
    Map<String, Integer> allowed = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      for (int client = 0; client < 2_000; client++) {
        if (small.spend("r", TEN_A_SECOND, "y" + client) instanceof Spending.Allowed) {
          allowed.merge("y" + client, 1, Integer::sum);
        }
      }
    }
    assertThat(allowed.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(3));
    pass(Duration.ofMillis(301));
    assertThat(small.spend("r", TEN_A_SECOND, "y1")).isInstanceOf(Spending.Allowed.class);
  }

  @Test
  @DisplayName("regression: a flood on one route is nothing to another")
  void clients_manyOnOneRoute_leaveOthersAlone() {
    small.spend("s", TEN_A_SECOND, "a");
    small.spend("s", TEN_A_SECOND, "a");
    flood("r", "x");
    assertThat(small.spend("s", TEN_A_SECOND, "b"))
        .isEqualTo(new Spending.Allowed(2, Duration.ofMillis(100)));
    assertThat(small.spend("s", TEN_A_SECOND, "a"))
        .isEqualTo(new Spending.Allowed(0, Duration.ofMillis(300)));
  }

  @Test
  @DisplayName("rule 187: limits that are gone, and their clients' buckets full, are forgotten")
  void limits_gone_areForgotten() {
    for (int i = 0; i < 50; i++) {
      small.spend("r" + i, TEN_A_SECOND, "a");
      pass(Duration.ofMillis(50));
    }
    assertThat(small.limits()).isLessThanOrEqualTo(4);
  }

  @Test
  @DisplayName("contract: the smallest and the largest that can be configured")
  void spend_extremes_areExact() {
    var rare = new RateLimit(1, Duration.ofDays(1), 1_000_000);
    for (int i = 1; i <= 1_000; i++) {
      assertThat(limiter.spend("rare", rare, "a"))
          .isInstanceOfSatisfying(
              Spending.Allowed.class,
              allowed -> assertThat(allowed.untilFull()).isGreaterThan(Duration.ofHours(23)));
    }
    assertThat(limiter.spend("rare", rare, "a"))
        .isInstanceOfSatisfying(
            Spending.Allowed.class,
            allowed -> assertThat(allowed.remaining()).isEqualTo(1_000_000 - 1_001));
    var fast = new RateLimit(1_000_000, Duration.ofMillis(100), 1);
    assertThat(limiter.spend("fast", fast, "a"))
        .isEqualTo(new Spending.Allowed(0, Duration.ofNanos(100)));
    assertThat(limiter.spend("fast", fast, "a"))
        .isEqualTo(new Spending.Exhausted(Duration.ofNanos(100)));
  }

  @Test
  @DisplayName("contract: many threads together get no more than the bucket holds")
  void spend_byManyThreads_neverGivesMore() throws Exception {
    var limit = new RateLimit(1, Duration.ofHours(1), 500);
    var attempts = new ArrayList<Callable<Long>>();
    for (int thread = 0; thread < 4; thread++) {
      attempts.add(() -> {
        long allowed = 0;
        for (int i = 0; i < 1_000; i++) {
          allowed += limiter.spend("r", limit, "a") instanceof Spending.Allowed ? 1 : 0;
        }
        return allowed;
      });
    }
    long allowed = 0;
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<Long> one : threads.invokeAll(attempts)) {
        allowed += one.get();
      }
    }
    assertThat(allowed).isEqualTo(500);
  }

  @Test
  @DisplayName("contract: what cannot be kept is refused")
  void limit_withoutMeaning_isRefused() {
    for (int[] wrong : new int[][] {{0, 1, 1}, {1, 0, 1}, {5, 1, 4}}) {
      assertThatThrownBy(() -> new RateLimit(wrong[0], Duration.ofNanos(wrong[2]), wrong[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: at least 1");
    }
  }
}
