package dev.bearward.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How slow a client may be, in time that is given by hand. */
class PaceTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Pace pace = new Pace(TIMEOUT);
  private long bytes;

  /** Seconds until it is too slow with so many bytes each, or -1. */
  private int lasts(int bytesASecond, int most) {
    for (int second = 1; second <= most; second++) {
      bytes += bytesASecond;
      if (pace.tooSlow(SECOND, bytes)) {
        return second;
      }
    }
    return -1;
  }

  @Test
  @DisplayName("timeouts.body: silence lasts the whole time-out and no longer")
  void silence_lastsTheTimeout() {
    assertThat(lasts(0, 100)).isEqualTo(30);
  }

  @Test
  @DisplayName("timeouts.body: a drip lasts little longer than silence")
  void drip_lastsLittleLonger() {
    assertThat(lasts(1, 100)).isEqualTo(31);
  }

  @Test
  @DisplayName("timeouts.body: the least rate may go on for ever, a little less may not")
  void rate_least_goesOn() {
    assertThat(lasts(240, 100_000)).isEqualTo(-1);
    assertThat(lasts(200, 100_000)).isBetween(150, 200);
  }

  @Test
  @DisplayName("timeouts.body: bursts with pauses shorter than the time-out go on")
  void bursts_goOn() {
    for (int i = 0; i < 1000; i++) {
      assertThat(lasts(0, 28)).isEqualTo(-1);
      assertThat(lasts(8192, 1)).isEqualTo(-1);
    }
  }

  @Test
  @DisplayName("timeouts.body: a burst of any size pays for one time-out and no more")
  void burst_paysForOneTimeout() {
    bytes = Long.MAX_VALUE / 2;
    assertThat(pace.tooSlow(SECOND, bytes)).isFalse();
    assertThat(lasts(1, 100)).isEqualTo(31);
  }

  @Test
  @DisplayName("timeouts.idle: bytes that were counted twice do not count again")
  void bytes_takenBack_doNotCount() {
    assertThat(lasts(240, 1)).isEqualTo(-1);
    for (int second = 1; second < 30; second++) {
      assertThat(pace.tooSlow(SECOND, bytes - 100L * (second % 2))).isFalse();
    }
    assertThat(pace.tooSlow(SECOND, bytes)).isTrue();
  }

  @Test
  @DisplayName("gRPC: without a rate any byte gives all time back")
  void unhurried_anyByte_goesOn() {
    for (int i = 0; i < 100; i++) {
      assertThat(pace.silent(TIMEOUT.toNanos() - 1, i + 1)).isFalse();
    }
    assertThat(pace.silent(TIMEOUT.toNanos(), 100)).isTrue();
  }
}
