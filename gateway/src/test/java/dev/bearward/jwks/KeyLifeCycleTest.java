package dev.bearward.jwks;

import static dev.bearward.testing.ScriptedServer.answer;
import static dev.bearward.testing.ScriptedServer.json;
import static dev.bearward.testing.ScriptedServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.testing.Eventually;
import dev.bearward.testing.TestKey;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.KeySource.Crowded;
import dev.bearward.token.KeySource.Found;
import dev.bearward.token.KeySource.Later;
import dev.bearward.token.KeySource.Lookup;
import dev.bearward.token.KeySource.Unavailable;
import dev.bearward.token.KeySource.Unknown;
import dev.bearward.token.VerificationKey;
import dev.bearward.token.VerificationKey.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class KeyLifeCycleTest {
  private static final TestKey ONE = Rig.key("one");
  private static final TestKey TWO = Rig.key("two");

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  @DisplayName("rule 23: every key of the issuer's set is found by its id")
  void find_publishedKeys_found() {
    rig.publish(ONE, TWO).start();

    assertThat(rig.found("one").jwk()).isEqualTo(ONE.publicJwk());
    assertThat(rig.found("two").jwk()).isEqualTo(TWO.publicJwk());
    assertThat(rig.found("one").standing(rig.time.millis())).isEqualTo(Standing.LIVE);
    assertThat(rig.fetches()).isEqualTo(1);
  }

  @Test
  @DisplayName("rule 51: all keys of one id are offered")
  void find_keyIdThatStandsTwice_offersBoth() {
    rig.publish(ONE, Rig.key("one")).start();

    assertThat(((Found) rig.find("one")).keys()).hasSize(2);
  }

  @Test
  @DisplayName("rule 52: without a key id a bounded number of keys is offered")
  void find_noKeyId_offersBoundedNumber() {
    TestKey[] many =
        IntStream.range(0, KeySetReader.MAX_MEMBERS + 1)
            .mapToObj(i -> Rig.key("k" + i))
            .toArray(TestKey[]::new);
    rig.publish(many).start();

    List<VerificationKey> keys = ((Found) rig.find(null)).keys();

    assertThat(keys).hasSize(KeySetReader.MAX_MEMBERS);
    assertThat(keys.getFirst().keyId()).isEqualTo("k0");
    assertThat(rig.find("k100")).isInstanceOf(Unknown.class);
  }

  @Test
  @DisplayName("rules 44, 179: equal key ids of two issuers never mix")
  void find_equalKeyIdsOfTwoIssuers_eachItsOwn() {
    TestKey others = Rig.key("one");
    rig.server.on("/a", json(Rig.jwks(ONE))).on("/b", json(Rig.jwks(others)));
    rig.start(rig.at("a", "/a"), rig.at("b", "/b"));

    assertThat(rig.found("a", "one").jwk()).isEqualTo(ONE.publicJwk());
    assertThat(rig.found("a", "one").issuer()).isEqualTo("a");
    assertThat(rig.found("b", "one").jwk()).isEqualTo(others.publicJwk());
    assertThat(((Found) rig.find("b", "one")).keys()).hasSize(1);
    assertThat(rig.keys().find("c", "one")).isInstanceOf(Unknown.class);
  }

  @Test
  @DisplayName("rule 43: odd key ids merely miss")
  void find_oddKeyIds_miss() {
    rig.publish(ONE).start();
    for (String id : List.of("", "../../etc/passwd", "' OR 1=1--", "x".repeat(10_000), "\0")) {
      assertThat(rig.find(id)).isInstanceOf(Unknown.class);
    }
  }

  @Test
  @DisplayName("rule 57: rotation is seen at the next refresh, and what stays is the same object")
  void refresh_rotation_keepsIdentityOfWhatStays() {
    rig.publish(ONE).start();
    VerificationKey before = rig.found("one");

    rig.publish(TWO, ONE);
    rig.passToNextFetch();

    assertThat(rig.found("one")).isSameAs(before);
    assertThat(rig.found("two").standing(rig.time.millis())).isEqualTo(Standing.LIVE);
    assertThat(rig.view("a").generation()).isEqualTo(2);
    assertThat(rig.heard)
        .contains("a generation 1 [one]", "a generation 2 [two, one]", "a fetched 2");
  }

  @Test
  @DisplayName("rules 57, 174: a removed key is retired by the next refresh, for cached tokens too")
  void refresh_keyRemoved_retired() {
    rig.publish(ONE, TWO).start();
    VerificationKey removed = rig.found("one");
    VerificationKey kept = rig.found("two");

    rig.publish(TWO);
    rig.pass(Rig.EVERY, Rig.EVERY);

    assertThat(removed.standing(rig.time.millis())).isEqualTo(Standing.RETIRED);
    assertThat(kept.standing(rig.time.millis())).isEqualTo(Standing.LIVE);
    assertThat(rig.find("one")).isInstanceOf(Unknown.class);
  }

  @Test
  @DisplayName("rule 57: a key that comes back is a new one; its retired object stays retired")
  void refresh_keyComesBack_isAnotherObject() {
    rig.publish(ONE, TWO).start();
    VerificationKey removed = rig.found("one");
    rig.publish(TWO);
    rig.passToNextFetch();
    rig.publish(ONE, TWO);
    rig.passToNextFetch();

    assertThat(rig.found("one")).isNotSameAs(removed);
    assertThat(removed.standing(rig.time.millis())).isEqualTo(Standing.RETIRED);
  }

  @Test
  @DisplayName("rule 29: the same material for another algorithm is another key")
  void refresh_sameIdOtherMaterial_replaces() {
    rig.publish(ONE).start();
    VerificationKey before = rig.found("one");

    rig.publish(Rig.key("one"));
    rig.passToNextFetch();

    assertThat(before.standing(rig.time.millis())).isEqualTo(Standing.RETIRED);
    assertThat(rig.found("one")).isNotSameAs(before);
  }

  @Test
  @DisplayName("rule 185: a set without usable keys withdraws the old ones, and is 503, not 401")
  void refresh_emptySet_unavailable() {
    rig.publish(ONE).start();
    VerificationKey before = rig.found("one");

    rig.publish();
    rig.passToNextFetch();

    assertThat(before.standing(rig.time.millis())).isEqualTo(Standing.RETIRED);
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").hasKeys()).isFalse();
    assertThat(rig.view("a").lastError()).contains("no usable key");

    rig.publish(TWO);
    rig.passToNextFetch();

    assertThat(rig.found("two").keyId()).isEqualTo("two");
    assertThat(rig.view("a").lastError()).isNull();
  }

  @Test
  @DisplayName("rules 29, 31, 50, 185: what does not serve is skipped, counted and told once")
  void refresh_unusableKeys_skippedAndCounted() {
    String enc = Rig.key("enc").publicJwk().toJSONString().replace("\"sig\"", "\"enc\"");
    String oct = "{\"kty\":\"oct\",\"kid\":\"oct\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";
    String broken = "{\"kty\":\"RSA\",\"kid\":\"broken\",\"n\":\"AA\"}";
    String good = ONE.publicJwk().toJSONString();
    rig.server.on("/jwks", json("{\"keys\":[" + String.join(",", enc, oct, broken, good) + "]}"));
    rig.start();
    rig.passToNextFetch();

    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.view("a").keyIds()).containsExactly("one");
    assertThat(rig.view("a").skipped())
        .containsEntry(SkippedKey.NOT_FOR_SIGNATURES, 1)
        .containsEntry(SkippedKey.SYMMETRIC, 1)
        .containsEntry(SkippedKey.MALFORMED, 1);
    assertThat(rig.heard.stream().filter(line -> line.contains("skipped"))).hasSize(1);
    assertThat(rig.find("enc")).isInstanceOf(Unknown.class);
    assertThat(rig.find("oct")).isInstanceOf(Unknown.class);
  }

  @Test
  @DisplayName("rule 55: an outage leaves cached keys in service until staleFor, then 503")
  void outage_keysServeUntilStaleFor() {
    rig.server.on("/b", json(Rig.jwks(TWO)));
    rig.publish(ONE).start(rig.at("a", "/jwks"), rig.at("b", "/b"));
    VerificationKey key = rig.found("one");
    rig.server.on("/jwks", answer(500, null, ""));

    Duration step = Duration.ofMinutes(5);
    rig.pass(Rig.STALE_FOR.minus(step), step);
    assertThat(rig.find("one")).isEqualTo(new Found(List.of(key)));
    assertThat(rig.view("a").lastError()).contains("status 500 (expected: 200)");
    assertThat(rig.view("a").age(rig.time.instant())).isEqualTo(Rig.STALE_FOR.minus(step));

    rig.pass(step, step);
    assertThat(key.standing(rig.time.millis())).isEqualTo(Standing.STALE);
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);
    assertThat(rig.view("a").hasKeys()).isFalse();
    assertThat(rig.found("b", "two").standing(rig.time.millis())).isEqualTo(Standing.LIVE);

    rig.publish(ONE);
    rig.passToNextFetch();
    assertThat(rig.found("one")).isSameAs(key);
    assertThat(key.standing(rig.time.millis())).isEqualTo(Standing.LIVE);
  }

  @Test
  @DisplayName("rules 56, 185: starts while the issuer is down, and recovers by itself")
  void start_issuerDown_unavailableThenRecovers() {
    rig.server.on("/jwks", answer(503, null, ""));
    rig.start();

    assertThat(rig.view("a").tried()).isTrue();
    assertThat(rig.view("a").hasKeys()).isFalse();
    assertThat(rig.find("one")).isInstanceOf(Unavailable.class);

    rig.publish(ONE);
    rig.passToNextFetch();

    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.view("a").hasKeys()).isTrue();
  }

  @Test
  @DisplayName("rule 55: failures are retried ever later, up to the cooldown")
  void outage_retriesBackOff() {
    rig.server.on("/jwks", answer(500, null, ""));
    rig.start();
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      waits.add(rig.time.untilNext().orElseThrow());
      rig.passToNextFetch();
    }

    assertThat(waits.stream().map(Duration::toSeconds).toList())
        .isEqualTo(List.of(1L, 2L, 4L, 8L, 16L, 30L, 30L));
    assertThat(rig.view("a").failed()).isEqualTo(8);
  }

  @Test
  @DisplayName("rule 55: unavailable says when to come back")
  void outage_unavailable_carriesRetryAfter() {
    rig.server.on("/jwks", answer(500, null, ""));
    rig.start();
    for (int i = 0; i < 5; i++) {
      rig.passToNextFetch();
    }
    rig.find("x");
    rig.find("y");

    assertThat(rig.find("z")).isEqualTo(new Unavailable(rig.time.untilNext().orElseThrow()));
  }

  @ParameterizedTest
  @CsvSource({
    "'',                              600",
    "'public, max-age=120',           120",
    "'max-age=5',                     30",
    "'max-age=86400',                 600",
    "'Max-Age=\"120\"',               120",
    "'no-cache, no-store',            600",
    "'max-age=-1',                    30",
    "'max-age=99999999999999999999',  30",
  })
  @DisplayName("rule 53: Cache-Control moves the refresh between cooldown and `every`")
  void refresh_cacheControl_honouredWithinBounds(String header, long seconds) {
    rig.server.on("/jwks", with("Cache-Control", header, json(Rig.jwks(ONE))));
    rig.start();

    assertThat(rig.time.untilNext()).contains(Duration.ofSeconds(seconds));
  }

  @Test
  void refresh_agedResponse_freshForTheRest() {
    rig.server.on(
        "/jwks", with("Age", "60", with("Cache-Control", "max-age=180", json(Rig.jwks(ONE)))));
    rig.start();

    assertThat(rig.time.untilNext()).contains(Duration.ofMinutes(2));
  }

  @Test
  @DisplayName("rules 54, 184: many unknown key ids at once cause one fetch")
  void unknownKeyIds_atOnce_oneFetch() {
    rig.publish(ONE).start();
    var gate = new CountDownLatch(1);
    rig.server.on("/jwks", rig.server.after(gate, json(Rig.jwks(ONE, TWO))));

    List<CompletableFuture<Lookup>> lookups =
        IntStream.range(0, 50)
            .mapToObj(i -> rig.keys().find("a", i == 7 ? "two" : "id-" + i))
            .map(lookup -> ((Later) lookup).lookup().toCompletableFuture())
            .toList();
    Eventually.await("fetch", () -> rig.fetches() == 2);
    gate.countDown();

    for (int i = 0; i < 50; i++) {
      assertThat(lookups.get(i).join()).isInstanceOf(i == 7 ? Found.class : Unknown.class);
    }
    assertThat(rig.fetches()).isEqualTo(2);
  }

  @Test
  @DisplayName("rule 54: waiters are bounded, more are turned away at once")
  void unknownKeyIds_moreThanMayWait_crowded() {
    try (var small = new Rig(10)) {
      small.publish(ONE).start();
      var gate = new CountDownLatch(1);
      small.server.on("/jwks", small.server.after(gate, json(Rig.jwks(ONE))));

      List<Lookup> lookups =
          IntStream.range(0, 25).mapToObj(i -> small.keys().find("a", "id-" + i)).toList();

      assertThat(lookups.subList(0, 10)).allMatch(Later.class::isInstance);
      assertThat(lookups.subList(10, 25)).allMatch(Crowded.class::isInstance);
      assertThat(small.view("a").waiting()).isEqualTo(10);
      assertThat(small.found("one").keyId()).isEqualTo("one");

      gate.countDown();
      lookups.subList(0, 10).forEach(l -> ((Later) l).lookup().toCompletableFuture().join());
      assertThat(small.view("a").waiting()).isZero();
    }
  }

  @Test
  @DisplayName("rule 54: an unknown key id: budget, then 401 until the cooldown is over")
  void unknownKeyIds_overBudget_unknownWithoutFetch() {
    rig.publish(ONE).start();

    assertThat(rig.find("x")).isInstanceOf(Unknown.class);
    assertThat(rig.find("y")).isInstanceOf(Unknown.class);
    assertThat(rig.fetches()).isEqualTo(3);
    assertThat(rig.keys().find("a", "z")).isInstanceOf(Unknown.class);
    rig.time.advance(Rig.COOLDOWN.minusMillis(1));
    assertThat(rig.keys().find("a", "z")).isInstanceOf(Unknown.class);
    assertThat(rig.fetches()).isEqualTo(3);

    rig.time.advance(Duration.ofMillis(1));
    rig.publish(ONE, TWO);
    assertThat(rig.found("two").keyId()).isEqualTo("two");
    assertThat(rig.fetches()).isEqualTo(4);
  }

  @Test
  @DisplayName(
      "rule 54: one missing key id asked again and again causes no other fetch for a while")
  void unknownKeyId_askedAgain_isRemembered() {
    rig.publish(ONE).start();
    for (int i = 0; i < 100; i++) {
      assertThat(rig.find("x")).isInstanceOf(Unknown.class);
    }
    assertThat(rig.fetches()).isEqualTo(2);

    rig.time.advance(Rig.COOLDOWN.dividedBy(2));
    rig.find("x");
    assertThat(rig.fetches()).isEqualTo(3);
  }

  @Test
  @DisplayName("rule 55: while the issuer fails, an unknown key id is 503, within the budget")
  void unknownKeyIds_issuerFails_unavailableWithinBudget() {
    rig.publish(ONE).start();
    rig.server.on("/jwks", answer(500, null, ""));

    for (int i = 0; i < 20; i++) {
      assertThat(rig.find("id-" + i)).isInstanceOf(Unavailable.class);
    }
    assertThat(rig.fetches()).isEqualTo(3);
    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @Test
  @DisplayName("rule 184: fetches run on the life-cycle's thread, never on the caller's")
  void find_unknownKeyId_fetchesOnAnotherThread() {
    List<String> threads = new ArrayList<>();
    KeySetOrigin origin =
        () -> {
          threads.add(Thread.currentThread().getName());
          return CompletableFuture.completedFuture(
              new Fetched.Keys(List.of(ONE.publicJwk()), Map.of(), null));
        };
    KeySetEnvironment environment = rig.environment();
    KeySetSettings settings = rig.at("a", "/jwks");
    var lifeCycle = new KeyLifeCycle("a", origin, Upkeep.of(settings, () -> 0L), environment);
    var keys = new IssuerKeys("a", lifeCycle, environment);

    lifeCycle.start();
    CompletableFuture<Lookup> lookup =
        ((Later) keys.find("unknown")).lookup().toCompletableFuture();

    assertThat(lookup.join()).isInstanceOf(Unknown.class);
    assertThat(threads).isNotEmpty().allMatch("stepped-time"::equals);
  }

  @Test
  @DisplayName("rule 184: a bug in an origin is a failed fetch, not the end of the life-cycle")
  void fetch_originThrows_failsAndGoesOn() {
    KeySetOrigin origin =
        () -> {
          throw new IllegalStateException("bug");
        };
    var lifeCycle =
        new KeyLifeCycle("a", origin, Upkeep.of(rig.at("a", "/jwks"), () -> 0L), rig.environment());

    lifeCycle.start();
    Eventually.await("tried", () -> lifeCycle.state().tried());
    rig.time.advance(Duration.ofSeconds(1));

    Eventually.await("tried again", () -> lifeCycle.state().failed() == 2);
    assertThat(lifeCycle.state().lastError()).contains("internal error");
  }

  @Test
  @DisplayName("rule 184: a listener that throws does not end the life-cycle")
  void fetch_listenerThrows_goesOn() {
    var calls = new AtomicInteger();
    KeySetListener throwing =
        new KeySetListener() {
          @Override
          public void fetched(String issuer, Duration took, int keys) {
            calls.incrementAndGet();
            throw new IllegalStateException("bug of a listener, expected in this test's output");
          }
        };
    var environment = new KeySetEnvironment(rig.time, rig.time, () -> 0L, 10, throwing);
    KeySetOrigin origin =
        () ->
            CompletableFuture.completedFuture(
                new Fetched.Keys(List.of(ONE.publicJwk()), Map.of(), null));
    var lifeCycle =
        new KeyLifeCycle("a", origin, Upkeep.of(rig.at("a", "/jwks"), () -> 0L), environment);

    lifeCycle.start();
    Eventually.await("fetched", () -> calls.get() == 1);
    rig.time.settle();
    rig.time.advance(Rig.COOLDOWN);

    Eventually.await("fetched again", () -> calls.get() == 2);
    assertThat(lifeCycle.state().keys().keyIds()).containsExactly("one");
  }

  @Test
  void refreshNow_bringsTheNewKeys_withoutBudget() {
    rig.publish(ONE).start();
    rig.find("x");
    rig.find("y");
    rig.publish(TWO);

    KeySetView view = rig.keys().refreshNow("a").orElseThrow().toCompletableFuture().join();

    assertThat(view.keyIds()).containsExactly("two");
    assertThat(view.succeeded()).isEqualTo(4);
    assertThat(rig.keys().refreshNow("b")).isEmpty();
  }

  @Test
  void refreshNow_whileFetching_fetchesOnceMore() {
    rig.publish(ONE).start();
    var gate = new CountDownLatch(1);
    rig.server.on("/jwks", rig.server.after(gate, json(Rig.jwks(ONE))));
    Later waiting = (Later) rig.keys().find("a", "x");
    Eventually.await("fetch", () -> rig.fetches() == 2);

    CompletableFuture<KeySetView> refreshed =
        rig.keys().refreshNow("a").orElseThrow().toCompletableFuture();
    rig.time.settle();
    rig.publish(TWO);
    gate.countDown();

    assertThat(refreshed.join().keyIds()).containsExactly("two");
    assertThat(waiting.lookup().toCompletableFuture().join()).isInstanceOf(Unknown.class);
    assertThat(rig.fetches()).isEqualTo(3);
  }

  @Test
  void close_whileFetching_settlesWaitersAndFetchesNoMore() {
    rig.publish(ONE).start();
    var gate = new CountDownLatch(1);
    rig.server.on("/jwks", rig.server.after(gate, json(Rig.jwks(TWO))));
    Later waiting = (Later) rig.keys().find("a", "x");
    Eventually.await("fetch", () -> rig.fetches() == 2);

    rig.keys().close();

    assertThat(waiting.lookup().toCompletableFuture().join()).isInstanceOf(Unknown.class);
    gate.countDown();
    assertThat(rig.keys().refreshNow("a").orElseThrow().toCompletableFuture().join().keyIds())
        .containsExactly("one");
    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.time.untilNext()).isEmpty();
  }

  @Test
  void find_schedulerShutDown_answersWithoutFetch() {
    rig.publish(ONE).start();
    rig.time.shutdown();

    assertThat(rig.find("x")).isInstanceOf(Unknown.class);
    assertThat(rig.found("one").keyId()).isEqualTo("one");
  }

  @Test
  void find_secretOnly_knowsNoKeyAndIsReady() {
    rig.start(rig.at("a", new KeySetSettings.NoKeys(), null));

    assertThat(rig.find("one")).isInstanceOf(Unknown.class);
    assertThat(rig.view("a").tried()).isTrue();
    assertThat(rig.view("a").hasKeys()).isTrue();
  }

  @Test
  void find_inlineKeys_foundAndNeverFetched() {
    rig.start(rig.at("a", new KeySetSettings.Inline(Rig.jwks(ONE)), null));

    assertThat(rig.found("one").keyId()).isEqualTo("one");
    assertThat(rig.find("two")).isInstanceOf(Unknown.class);
    assertThat(rig.time.untilNext()).isEmpty();
    rig.time.advance(Duration.ofDays(1000));
    assertThat(rig.found("one").standing(rig.time.millis())).isEqualTo(Standing.LIVE);
  }

  @Test
  void find_otherAlgorithmsThanEc_found() {
    TestKey rsa = TestKey.generate(JwsAlgorithm.RS256, "rsa");
    TestKey okp = TestKey.generate(JwsAlgorithm.EDDSA, "okp");
    rig.publish(rsa, okp).start();

    assertThat(rig.found("rsa").jwk()).isEqualTo(rsa.publicJwk());
    assertThat(rig.found("okp").jwk()).isEqualTo(okp.publicJwk());
  }
}
