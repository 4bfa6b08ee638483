package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The look at all deadlines goes on whatever happens in it. */
class TickTest {
  private static final String UNFINISHED = "GET / HTTP/1.1\r\nHost: a\r\n";

  @Test
  @DisplayName("finding M7: what is thrown while one connection times out does not save the others")
  void tick_throws_goesOn() {
    var seconds = Duration.ofSeconds(20);
    var timeouts =
        new ServerSettings.Timeouts(Duration.ofMillis(200), seconds, seconds, seconds, seconds);
    var thrown = new AtomicInteger();
    try (var log = CapturedLog.of("dev.bearward.server");
        var server =
            TestServer.start(Gates.open(), RecordingForwarder.ok(), TestServer.LIMITS, timeouts)) {
      server.listener().whenRefused =
          () -> {
            if (thrown.getAndIncrement() == 0) {
              throw new OutOfMemoryError("as from a failing allocation");
            }
          };
      try (var first = server.connect()) {
        first.send(UNFINISHED);
        assertThat(first.readToEnd()).isEmpty();
      }
      for (int i = 0; i < 2; i++) {
        assertThat(server.exchange(UNFINISHED).reason()).isEqualTo("request_timeout");
      }
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst()).contains("OutOfMemoryError").doesNotContain("as from");
    }
  }
}
