package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InternalErrorsTest {
  @Test
  @DisplayName("finding L7: one internal error a second is written, the others are counted")
  void errors_inOneSecond_areCounted() {
    var now = new AtomicLong(Long.MAX_VALUE - 1);
    var errors = new InternalErrors(now::get);
    try (var log = CapturedLog.of("dev.bearward.server")) {
      for (int i = 0; i < 10_000; i++) {
        errors.log(new IllegalStateException("secret"));
      }
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst()).startsWith("internal error: java.lang.IllegalState");
      now.addAndGet(TimeUnit.SECONDS.toNanos(1));
      errors.log(new IllegalArgumentException("secret"));
      errors.log(new IllegalArgumentException("secret"));
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().getLast())
          .startsWith("internal error (9999 more since the last one written): java.lang.Illegal")
          .doesNotContain("secret");
    }
  }
}
