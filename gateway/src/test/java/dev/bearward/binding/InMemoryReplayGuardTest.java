package dev.bearward.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bearward.testing.SteppedTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InMemoryReplayGuardTest {
  private static final ReplayGuard.Use FIRST = new ReplayGuard.First();
  private static final ReplayGuard.Use AGAIN = new ReplayGuard.Again();

  private final SteppedTime time = new SteppedTime();

  @AfterEach
  void stopTime() {
    time.close();
  }

  private static ProofId proof(long number) {
    return ProofId.of("key", "https://api.example.com/", Long.toString(number));
  }

  private long in(long seconds) {
    return time.millis() + seconds * 1_000;
  }

  @Test
  @DisplayName("rule 75: each of many proofs is taken once")
  void use_manyProofs_takesEachOnce() {
    var guard = new InMemoryReplayGuard(100_000, time, 1);
    for (int i = 0; i < 50_000; i++) {
      assertThat(guard.use(proof(i), in(60 + i % 60))).isEqualTo(FIRST);
    }
    for (int i = 0; i < 50_000; i++) {
      assertThat(guard.use(proof(i), in(60))).isEqualTo(AGAIN);
    }
    assertThat(guard.size()).isEqualTo(50_000);
  }

  @Test
  @DisplayName("rule 75: a proof is remembered to the end of its window, and not for ever")
  void use_beforeTheEnd_isRemembered() {
    var guard = new InMemoryReplayGuard(10, time, 1);
    long until = in(90);
    assertThat(guard.use(proof(1), until)).isEqualTo(FIRST);
    time.advance(Duration.ofMillis(89_999));
    assertThat(guard.use(proof(1), until)).isEqualTo(AGAIN);
    time.advance(Duration.ofSeconds(16));
    assertThat(guard.use(proof(2), in(90))).isEqualTo(FIRST);
    assertThat(guard.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("rule 75, style 14: full, it takes no more proofs, forgets none, and recovers")
  void use_full_isUnavailableUntilSomeEnd() {
    var guard = new InMemoryReplayGuard(3, time, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(guard.use(proof(i), in(60))).isEqualTo(FIRST);
    }
    ReplayGuard.Use refused = guard.use(proof(3), in(60));
    assertThat(refused).isInstanceOf(ReplayGuard.Unavailable.class);
    Duration retryAfter = ((ReplayGuard.Unavailable) refused).retryAfter();
    assertThat(retryAfter).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(75));
    assertThat(guard.use(proof(0), in(60))).isEqualTo(AGAIN);
    assertThat(guard.size()).isEqualTo(3);
    time.advance(retryAfter);
    assertThat(guard.use(proof(3), in(60))).isEqualTo(FIRST);
    assertThat(guard.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("rule 75: of several threads with one proof exactly one is the first")
  void use_byManyThreads_hasOneFirst() throws Exception {
    var guard = new InMemoryReplayGuard(100_000, InstantSource.system(), 1);
    long until = System.currentTimeMillis() + 60_000;
    Callable<Integer> all =
        () -> {
          int firsts = 0;
          for (int i = 0; i < 5_000; i++) {
            firsts += guard.use(proof(i), until).equals(FIRST) ? 1 : 0;
          }
          return firsts;
        };
    try (var threads = Executors.newFixedThreadPool(4)) {
      var counts = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 4; i++) {
        counts.add(threads.submit(all));
      }
      int firsts = 0;
      for (Future<Integer> count : counts) {
        firsts += count.get();
      }
      assertThat(firsts).isEqualTo(5_000);
    }
  }

  @Test
  @DisplayName("style 14: a set of any size takes no more than was said")
  void add_manyNumbers_staysWithinItsBytes() {
    var set = new LongSet();
    var random = new Random(7);
    for (int i = 1; i <= 200_000; i++) {
      long number = i == 1 ? 0 : random.nextLong();
      set.add(number);
      assertThat(set.contains(number)).isTrue();
      if (i > 64) {
        assertThat(set.bytes()).isLessThanOrEqualTo((long) InMemoryReplayGuard.BYTES_PER_PROOF * i);
      }
    }
    assertThat(set.size()).isEqualTo(200_000);
    assertThat(set.contains(1234567)).isFalse();
  }

  @Test
  void construction_withoutRoom_isRefused() {
    assertThatThrownBy(() -> new InMemoryReplayGuard(0, time, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxProofs: 0");
  }
}
