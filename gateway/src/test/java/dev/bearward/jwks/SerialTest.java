package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SerialTest {
  private static final int THREADS = 4;
  private static final int EACH = 20_000;

  @Test
  @DisplayName("rule 184: a life-cycle's tasks never overlap, however many threads run them")
  void execute_fromManyThreadsOnManyThreads_oneAtATimeInOrder() {
    try (var workers = Executors.newFixedThreadPool(THREADS);
        var callers = Executors.newFixedThreadPool(THREADS)) {
      var serial = new Serial(workers);
      var inside = new AtomicInteger();
      var overlaps = new AtomicInteger();
      // Not safe for threads: only right when the tasks do not overlap and see each other's work.
      List<List<Integer>> seen = new ArrayList<>();
      for (int caller = 0; caller < THREADS; caller++) {
        seen.add(new ArrayList<>());
      }
      for (int caller = 0; caller < THREADS; caller++) {
        List<Integer> own = seen.get(caller);
        callers.execute(() -> {
          for (int i = 0; i < EACH; i++) {
            int number = i;
            serial.execute(() -> {
              if (inside.incrementAndGet() != 1) {
                overlaps.incrementAndGet();
              }
              own.add(number);
              inside.decrementAndGet();
            });
          }
        });
      }
      callers.shutdown();
      Eventually.await("all callers done", callers::isTerminated);
      var done = new AtomicInteger();
      serial.execute(done::incrementAndGet);
      Eventually.await("all tasks ran", () -> done.get() == 1);

      assertThat(overlaps).hasValue(0);
      for (List<Integer> own : seen) {
        assertThat(own).hasSize(EACH).isSorted();
      }
    }
  }
}
