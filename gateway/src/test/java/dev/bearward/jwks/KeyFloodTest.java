package dev.bearward.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestKey;
import dev.bearward.token.KeySource.Crowded;
import dev.bearward.token.KeySource.Found;
import dev.bearward.token.KeySource.Later;
import dev.bearward.token.KeySource.Lookup;
import dev.bearward.token.KeySource.Unavailable;
import dev.bearward.token.KeySource.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class KeyFloodTest {
  private static final int FLOOD = 100_000;
  private static final int FLOODERS = 2;
  private static final int MAX_WAITERS = 50;
  private static final TestKey ONE = Rig.key("one");
  private static final TestKey TWO = Rig.key("two");

  @Test
  @DisplayName("rules 54, 184: 100,000 random key ids: fetches within budget, a new key gets in")
  void flood_ofRandomKeyIds_fetchesWithinBudgetAndNewKeyAccepted() throws InterruptedException {
    try (var rig = new Rig(MAX_WAITERS)) {
      rig.publish(ONE).start();
      var flood = new Flood(rig);
      flood.start();
      Duration published = Duration.ofSeconds(20);
      Duration second = Duration.ofSeconds(1);
      int seconds = 0;
      int acceptedAfter = -1;
      while (flood.running() || acceptedAfter < 0) {
        rig.time.advance(second);
        seconds++;
        assertThat(seconds).as("the flood goes on").isLessThan(1000);
        if (seconds == published.toSeconds()) {
          rig.publish(ONE, TWO);
        }
        if (acceptedAfter < 0 && rig.keys().find("a", "two") instanceof Found) {
          acceptedAfter = seconds - (int) published.toSeconds();
        }
        flood.awaitMore();
        // Steps must not outrun the fetches, which take real time.
        Eventually.await("fetch ended", () -> rig.view("a").waiting() == 0);
      }
      flood.join();

      // Twice in each cooldown, the first fetch, and one each `every`.
      long windows = seconds / Rig.COOLDOWN.toSeconds() + 1;
      assertThat(rig.fetches())
          .isBetween(3, (int) (1 + 2 * windows + seconds / Rig.EVERY.toSeconds()));
      assertThat(acceptedAfter).isBetween(0, (int) Rig.COOLDOWN.toSeconds() + 2);
      assertThat(flood.asked.get()).isEqualTo(FLOOD);
      assertThat(flood.wrong).isEmpty();
      assertThat(flood.mostWaiting.get()).isLessThanOrEqualTo(MAX_WAITERS);
      flood.later.forEach(CompletableFuture::join);
      assertThat(rig.view("a").waiting()).isZero();
      assertThat(rig.found("one").keyId()).isEqualTo("one");
    }
  }

  @Test
  @DisplayName("rule 54: a flood while the issuer is silent leaves known keys alone")
  void flood_whileTheIssuerIsSilent_knownKeysServe() throws InterruptedException {
    try (var rig = new Rig(MAX_WAITERS)) {
      rig.publish(ONE).start();
      var gate = new CountDownLatch(1);
      rig.server.on("/jwks", rig.server.after(gate, exchange -> exchange.close()));
      var flood = new Flood(rig);
      flood.start();
      while (flood.running()) {
        assertThat(rig.keys().find("a", "one")).isInstanceOf(Found.class);
      }
      flood.join();

      assertThat(rig.fetches()).isEqualTo(2);
      assertThat(flood.later).hasSize(MAX_WAITERS);
      assertThat(flood.crowded.get()).isEqualTo(FLOOD - MAX_WAITERS);
      gate.countDown();
      for (CompletableFuture<Lookup> waiting : flood.later) {
        assertThat(waiting.join()).isInstanceOf(Unavailable.class);
      }
    }
  }

  @Test
  @DisplayName("finding L6: one that no longer waits frees its place before the fetch ends")
  void waiters_thatLeft_makeRoom() {
    try (var rig = new Rig(MAX_WAITERS)) {
      rig.publish(ONE).start();
      var gate = new CountDownLatch(1);
      rig.server.on("/jwks", rig.server.after(gate, ScriptedServer.json(Rig.jwks(ONE, TWO))));
      for (int i = 0; i < 3 * MAX_WAITERS; i++) {
        var left = (Later) rig.keys().find("a", "left-" + i);
        left.abandon().run();
        assertThat(left.lookup().toCompletableFuture()).isCompletedExceptionally();
      }
      var stays = (Later) rig.keys().find("a", "two");
      assertThat(rig.view("a").waiting()).isEqualTo(1);
      gate.countDown();
      assertThat(stays.lookup().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join())
          .isInstanceOf(Found.class);
    }
  }

  /** Threads that play event loops under attack. */
  private static final class Flood {
    private final Rig rig;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger crowded = new AtomicInteger();
    private final AtomicInteger mostWaiting = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final List<CompletableFuture<Lookup>> later =
        java.util.Collections.synchronizedList(new ArrayList<>());
    private final List<Lookup> wrong = java.util.Collections.synchronizedList(new ArrayList<>());

    Flood(Rig rig) {
      this.rig = rig;
    }

    void start() {
      for (int i = 0; i < FLOODERS; i++) {
        threads.add(Thread.ofPlatform().name("event-loop-" + i).daemon().start(this::run));
      }
    }

    private void run() {
      for (int i = 0; i < FLOOD / FLOODERS && !stopped.get(); i++) {
        Lookup lookup = rig.keys().find("a", UUID.randomUUID().toString());
        switch (lookup) {
          case Unknown _ -> {}
          case Crowded _ -> crowded.incrementAndGet();
          case Later(var stage, var _) -> later.add(stage.toCompletableFuture());
          case Found _, Unavailable _ -> wrong.add(lookup);
        }
        mostWaiting.accumulateAndGet(rig.view("a").waiting(), Math::max);
        asked.incrementAndGet();
      }
    }

    boolean running() {
      return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Returns when the flood went on a good deal, or is over. */
    void awaitMore() {
      int goal = asked.get() + FLOOD / 90;
      while (asked.get() < goal && running()) {
        Thread.onSpinWait();
      }
    }

    void join() throws InterruptedException {
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }
}
