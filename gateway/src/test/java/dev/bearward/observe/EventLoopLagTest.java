package dev.bearward.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.DefaultEventLoop;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoopLagTest {
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final Timer timer = new Registry().timer(Metric.EVENT_LOOP_LAG, Buckets.LAG);

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  @Test
  void aBlockedLoop_showsAsStalledWhileBlockedAndAsLagAfterwards() {
    var release = new CountDownLatch(1);
    try (var lag = new EventLoopLag(List.of(loop), timer, System::nanoTime)) {
      loop.execute(() -> awaitQuietly(release));

      Eventually.await("stalled", () -> lag.stalledSeconds() > 0.2);
      assertThat(timer.count()).isZero();

      release.countDown();
      Eventually.await("measured", () -> timer.max(TimeUnit.MILLISECONDS) > 200);
      Eventually.await("recovered", () -> lag.stalledSeconds() < 0.2);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anIdleLoop_isProbedAgainAndAgainWithHardlyAnyLag() {
    try (var lag = new EventLoopLag(List.of(loop), timer, System::nanoTime)) {
      Eventually.await("two probes", () -> timer.count() >= 2);
      assertThat(lag.stalledSeconds()).isLessThan(1);
    }
  }

  @Test
  void close_endsTheProbes() {
    var lag = new EventLoopLag(List.of(loop), timer, System::nanoTime);

    lag.close();

    Eventually.await("no task left", () -> loop.pendingTasks() == 0);
    assertThat(lag.stalledSeconds()).isZero();
  }

  @Test
  void aLoopThatWasShutDown_isNotStalled() {
    try (var lag = new EventLoopLag(List.of(loop), timer, System::nanoTime)) {
      stop();

      assertThat(lag.stalledSeconds()).isZero();
    }
  }
}
