package dev.bearward.introspect;

import static dev.bearward.introspect.Asked.GOOD;
import static dev.bearward.introspect.Asked.PATH;
import static dev.bearward.testing.ScriptedServer.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.http.Reason;
import dev.bearward.testing.Eventually;
import dev.bearward.token.TokenVerifier.Unavailable;
import dev.bearward.token.TokenVerifier.Verification;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What introspection costs the issuer, and whom, when many ask. */
@Timeout(120)
class IntrospectionFloodTest {
  private static final Unavailable OVERLOADED =
      new Unavailable(Reason.OVERLOADED, Duration.ofSeconds(1));

  private Asked asked = new Asked();

  @AfterEach
  void close() {
    asked.close();
  }

  private Asked anew(int concurrency, int maxWaiting) {
    return anew(concurrency, maxWaiting, Duration.ofSeconds(30));
  }

  private Asked anew(int concurrency, int maxWaiting, Duration timeout) {
    asked.close();
    asked = new Asked(60, concurrency, maxWaiting, timeout);
    return asked;
  }

  /** Asks for that many tokens without waiting in between. */
  private List<Verification> askFor(String prefix, int count) {
    List<Verification> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(asked.verifier.verify(prefix + i));
    }
    return all;
  }

  private static Map<Reason, Long> reasons(List<Verification> all) {
    return all.stream()
        .map(Asked::reason)
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  @Test
  @DisplayName(
      "10,000 junk tokens cost 64 calls, and 64 more each second; the rest is 503, not 401")
  void verify_floodOfJunk_costsABoundedNumberOfCalls() {
    Map<Reason, Long> first = reasons(askFor("junk", 10_000));

    assertThat(asked.calls()).isEqualTo(64);
    assertThat(first).containsOnlyKeys(Reason.INACTIVE, Reason.OVERLOADED);
    assertThat(first.get(Reason.INACTIVE)).isEqualTo(64);

    for (int second = 1; second <= 3; second++) {
      asked.time.advance(Duration.ofSeconds(1));
      reasons(askFor("more" + second + "-", 1000));
      assertThat(asked.calls()).isEqualTo(64 + second * 64);
    }
  }

  @Test
  @DisplayName("under a flood users whose answer is kept notice nothing, known ones are asked for")
  void verify_knownTokensUnderAFlood_pass() {
    asked.say(GOOD, asked.active(3600)).say("kept", asked.active(3600));
    asked.verified(GOOD);
    asked.time.advance(Duration.ofSeconds(30));
    asked.verified("kept");
    asked.time.advance(Duration.ofSeconds(30));
    reasons(askFor("junk", 2000));
    int before = asked.calls();

    assertThat(asked.verifier.verify("kept")).isInstanceOf(Verified.class);
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);
    assertThat(asked.calls()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("under a flood a new user is told to come again, and gets in when he does")
  void verify_newTokenUnderAFlood_comesAgain() {
    asked.say(GOOD, asked.active(3600));
    reasons(askFor("junk", 2000));

    assertThat(asked.verify(GOOD)).isEqualTo(OVERLOADED);

    asked.time.advance(Duration.ofSeconds(1));
    assertThat(asked.verify(GOOD)).isInstanceOf(Verified.class);
  }

  @Test
  @DisplayName("a thousand good tokens at once, as after a start, are no flood: all pass")
  void verify_manyGoodTokensAtOnce_allPass() {
    anew(32, 4000);
    IntStream.range(0, 1000).forEach(i -> asked.say("good" + i, asked.active(3600)));

    assertThat(askFor("good", 1000))
        .allSatisfy(v -> assertThat(Asked.settled(v)).isInstanceOf(Verified.class));
    assertThat(asked.calls()).isEqualTo(1000);
  }

  @Test
  @DisplayName("never more calls at once than `concurrency`; a quarter of it is for known tokens")
  void verify_manyTokens_concurrencyIsBounded() {
    anew(4, 100);
    for (int i = 0; i < 20; i++) {
      asked.say("good" + i, asked.active(3600)).say("new" + i, asked.active(3600));
    }
    askFor("good", 20).forEach(Asked::settled);
    asked.time.advance(Duration.ofSeconds(60));
    int before = asked.calls();
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.held(gate));

    List<Verification> strangers = askFor("new", 20);
    Eventually.await("three calls", () -> asked.calls() == before + 3);
    List<Verification> known = askFor("good", 20);
    Eventually.await("a fourth", () -> asked.calls() == before + 4);
    gate.countDown();

    assertThat(strangers)
        .allSatisfy(v -> assertThat(Asked.settled(v)).isInstanceOf(Verified.class));
    assertThat(known).allSatisfy(v -> assertThat(Asked.settled(v)).isInstanceOf(Verified.class));
    assertThat(asked.mostAtOnce).hasValueLessThanOrEqualTo(4);
    assertThat(asked.calls()).isEqualTo(before + 40);
  }

  @Test
  @DisplayName("waiters are bounded: beyond it `overloaded` at once; strangers have half of it")
  void verify_manyWaiters_areBounded() {
    anew(1, 10);
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.held(gate));

    List<Verification> strangers = askFor("new", 10);
    assertThat(strangers.stream().filter(OVERLOADED::equals)).hasSize(4);
    assertThat(asked.introspector.view().waiting()).isEqualTo(6);
    for (int i = 0; i < 4; i++) {
      assertThat(asked.verifier.verify("new0")).isNotEqualTo(OVERLOADED);
    }
    assertThat(asked.verifier.verify("new0")).isEqualTo(OVERLOADED);
    assertThat(asked.heard).hasSize(5).containsOnly("test crowded");
    gate.countDown();

    assertThat(reasons(strangers)).containsKeys(Reason.INACTIVE, Reason.OVERLOADED);
    Eventually.await("nobody waits", () -> asked.introspector.view().waiting() == 0);
  }

  @Test
  @DisplayName("rule 87: a silent issuer is 503 within the time-out, for those that queue too")
  void verify_silentIssuer_isUnavailableInTime() {
    anew(2, 100, Duration.ofMillis(300));
    asked.server.on(PATH, asked.held(new CountDownLatch(1)));
    long start = System.nanoTime();

    List<Verification> all = askFor("new", 40);
    // The queue's clock is the test's: let the time-out pass on it too.
    asked.time.advance(Duration.ofMillis(300));

    assertThat(reasons(all)).containsOnlyKeys(Reason.INTROSPECTION_UNAVAILABLE);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(asked.calls()).isEqualTo(2);
    assertThat(asked.introspector.view().lastError()).contains("no complete answer");
  }

  @Test
  @DisplayName("while the issuer fails, known tokens too cost a bounded number of calls; then all")
  void verify_failingIssuer_isTriedABoundedNumberOfTimes() {
    anew(4, 1000);
    for (int i = 0; i < 100; i++) {
      asked.say("good" + i, asked.active(3600));
    }
    askFor("good", 100).forEach(Asked::settled);
    asked.time.advance(Duration.ofSeconds(60));
    int before = asked.calls();
    asked.server.on(PATH, answer(500, null, ""));

    for (int i = 0; i < 10; i++) {
      assertThat(reasons(askFor("good", 100))).containsOnlyKeys(Reason.INTROSPECTION_UNAVAILABLE);
    }
    assertThat(asked.calls() - before).isBetween(8, 12);

    asked.server.on(PATH, asked.answering());
    asked.time.advance(Duration.ofSeconds(1));
    asked.verified("good0");
    assertThat(askFor("good", 100))
        .allSatisfy(v -> assertThat(Asked.settled(v)).isInstanceOf(Verified.class));
  }

  @Test
  @DisplayName("closed clients: every question ends, however many wait")
  void verify_afterTheClientsAreClosed_endsUnavailable() {
    anew(2, 4000);
    var gate = new CountDownLatch(1);
    asked.server.on(PATH, asked.held(gate));
    List<Verification> all = askFor("new", 1500);

    asked.clients.close();

    assertThat(reasons(all)).containsOnlyKeys(Reason.INTROSPECTION_UNAVAILABLE);
  }
}
