package dev.bearward.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.InMemoryReplayGuard;
import dev.bearward.binding.ProofId;
import dev.bearward.binding.ReplayGuard;
import dev.bearward.cluster.ClusterSettings.WhenUnavailable;
import dev.bearward.limit.KeyedHash;
import dev.bearward.limit.LocalRateLimiter;
import dev.bearward.limit.RateLimit;
import dev.bearward.limit.RateLimiter;
import dev.bearward.limit.Spending;
import dev.bearward.testing.Eventually;
import dev.bearward.token.Revocation;
import dev.bearward.token.RevocationIndex;
import dev.bearward.token.Revocations;
import dev.bearward.token.Verified;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is shared, over a Redis that the test plays. */
@Timeout(60)
class ClusterUnitTest {
  private static final RateLimit TWO_A_SECOND = new RateLimit(2, Duration.ofSeconds(1), 2);
  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");

  private final ScriptedRedis redis = new ScriptedRedis();
  private final AtomicLong nanos = new AtomicLong();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Own own = new Own();
  private Cluster cluster = cluster(WhenUnavailable.LOCAL, 2);

  /** The revocations of this instance. */
  private static final class Own implements Revocations {
    private final RevocationIndex index = new RevocationIndex(3, InstantSource.system());

    @Override
    public boolean deny(Verified token) {
      return index.deny(token);
    }

    @Override
    public CompletionStage<Added> add(Revocation revocation) {
      Revocation inForce = index.add(revocation);
      return CompletableFuture.completedStage(
          inForce == null ? new Full(index.limit()) : new InMemory(inForce, "a test"));
    }

    @Override
    public List<Revocation> all() {
      return index.all();
    }
  }

  private final class Ears implements ClusterListener {
    @Override
    public void up(String where) {
      told.add("up " + where);
    }

    @Override
    public void down(String where, String why) {
      told.add("down " + why);
    }

    @Override
    public void failed(Question question, String why) {
      told.add("failed " + question + " " + why);
    }

    @Override
    public void unasked(Question question) {
      told.add("unasked " + question);
    }
  }

  @AfterEach
  void end() {
    cluster.close();
    scheduler.shutdownNow();
  }

  private boolean start(WhenUnavailable without) {
    return start(without, 2);
  }

  private boolean start(WhenUnavailable without, int mostAsked) {
    cluster = cluster(without, mostAsked);
    return cluster.start(Duration.ofSeconds(10));
  }

  private Cluster cluster(WhenUnavailable without, int mostAsked) {
    var address = new RedisAddress("redis.example", 6379, true, "gate", "hunter2", 3);
    return Cluster.of(
        new ClusterSettings(address, null, without),
        own,
        redis,
        new Cluster.Environment(
            scheduler, mostAsked, InstantSource.system(), nanos::get, new Ears()));
  }

  private RateLimiter rates() {
    return cluster.rates(new LocalRateLimiter(nanos::get, new KeyedHash(1, 2)));
  }

  private ReplayGuard proofs() {
    return cluster.proofs(new InMemoryReplayGuard(10, InstantSource.system(), 1));
  }

  private static Spending settled(Spending spending) {
    return spending instanceof Spending.Later(var stage)
        ? stage.toCompletableFuture().join()
        : spending;
  }

  private static ReplayGuard.Use settled(ReplayGuard.Use use) {
    return use instanceof ReplayGuard.Later(var stage) ? stage.toCompletableFuture().join() : use;
  }

  private static Revocation revocation(String jti) {
    return new Revocation(Revocation.By.TOKEN_ID, jti, "test", null, END);
  }

  private static long inTenMinutes() {
    return System.currentTimeMillis() + 600_000;
  }

  @Test
  @DisplayName("rule 186: neither the log nor anything else shows Redis's password")
  void up_isTold_withoutThePassword() {
    assertThat(start(WhenUnavailable.LOCAL)).isTrue();
    assertThat(told).containsExactly("up rediss://gate:(hidden)@redis.example:6379/3");
  }

  @Test
  @DisplayName("a rate asks once with its bucket's size and pace, and tells what is left")
  void spend_allowed_asksOnce() {
    start(WhenUnavailable.LOCAL);
    Spending spending = rates().spend("route", TWO_A_SECOND, "client");
    assertThat(spending).isInstanceOf(Spending.Later.class);
    assertThat(settled(spending)).isEqualTo(new Spending.Allowed(3, Duration.ofMillis(1)));
    assertThat(redis.asked).contains("SPEND 2 500000.0");
    assertThat(redis.count("SPEND")).isEqualTo(1);
  }

  @Test
  @DisplayName("a client over its rate is not asked for until there is a token again")
  void spend_exhausted_isRememberedThatLong() {
    start(WhenUnavailable.LOCAL);
    RateLimiter rates = rates();
    redis.spending = List.of(-1L, 400_000L);
    assertThat(settled(rates.spend("route", TWO_A_SECOND, "client")))
        .isEqualTo(new Spending.Exhausted(Duration.ofMillis(400)));
    nanos.set(Duration.ofMillis(399).toNanos());
    assertThat(rates.spend("route", TWO_A_SECOND, "client"))
        .isEqualTo(new Spending.Exhausted(Duration.ofMillis(1)));
    assertThat(settled(rates.spend("route", TWO_A_SECOND, "other")))
        .isInstanceOf(Spending.Exhausted.class);
    assertThat(redis.count("SPEND")).isEqualTo(2);
    nanos.set(Duration.ofMillis(400).toNanos());
    redis.spending = List.of(0L, 1_000L);
    assertThat(settled(rates.spend("route", TWO_A_SECOND, "client")))
        .isInstanceOf(Spending.Allowed.class);
  }

  @Test
  @DisplayName("local: what Redis cannot count is counted here, by the same rate")
  void spend_failed_countsHere() {
    start(WhenUnavailable.LOCAL);
    RateLimiter rates = rates();
    redis.failure = new IllegalStateException("READONLY");
    for (int i = 0; i < 2; i++) {
      assertThat(settled(rates.spend("route", TWO_A_SECOND, "client")))
          .isInstanceOf(Spending.Allowed.class);
    }
    assertThat(settled(rates.spend("route", TWO_A_SECOND, "client")))
        .isInstanceOf(Spending.Exhausted.class);
    assertThat(told).contains("failed RATE READONLY");
  }

  @Test
  @DisplayName("an answer that is none counts as a failure of Redis, not of the request")
  void spend_strangeAnswer_countsHere() {
    start(WhenUnavailable.LOCAL);
    redis.spending = List.of();
    assertThat(settled(rates().spend("route", TWO_A_SECOND, "client")))
        .isInstanceOf(Spending.Allowed.class);
  }

  @Test
  @DisplayName("refuse: what Redis cannot count is unavailable, with a time to come again")
  void spend_failedAndRefusing_isUnavailable() {
    start(WhenUnavailable.REFUSE);
    redis.failure = new IllegalStateException("READONLY");
    assertThat(settled(rates().spend("route", TWO_A_SECOND, "client")))
        .isEqualTo(new Spending.Unavailable(Duration.ofMillis(500)));
  }

  @Test
  @DisplayName("after five failures in a row nothing is asked until the upkeep begins anew")
  void failures_inARow_stopTheAsking() {
    start(WhenUnavailable.LOCAL, 100);
    RateLimiter rates = rates();
    redis.failure = new IllegalStateException("LOADING");
    for (int i = 0; i < 8; i++) {
      settled(rates.spend("route", TWO_A_SECOND, "client " + i));
    }
    assertThat(redis.count("SPEND")).isLessThanOrEqualTo(Link.MOST_FAILURES);
    assertThat(told).contains("unasked RATE");
    Eventually.await("it to be told", () -> told.stream().anyMatch(t -> t.startsWith("down ")));
    redis.failure = null;
    Eventually.await("Redis to be up again", () -> told.getLast().startsWith("up "));
    long before = redis.count("SPEND");
    settled(rates.spend("route", TWO_A_SECOND, "client"));
    assertThat(redis.count("SPEND")).isEqualTo(before + 1);
  }

  @Test
  @DisplayName(
      "a Redis that hangs costs a question 250 ms, and only as many as may be asked at once")
  void silence_costsLittle() {
    start(WhenUnavailable.LOCAL, 2);
    RateLimiter rates = rates();
    redis.silent = true;
    var waiting = new ArrayList<Spending>();
    for (int i = 0; i < 2; i++) {
      waiting.add(rates.spend("route", TWO_A_SECOND, "client"));
    }
    assertThat(rates.spend("route", TWO_A_SECOND, "other")).isInstanceOf(Spending.Allowed.class);
    waiting.forEach(one -> assertThat(settled(one)).isInstanceOf(Spending.Allowed.class));
    assertThat(told).contains("unasked RATE", "failed RATE no answer in time");
  }

  @Test
  @DisplayName("rule 75: a proof is new only where nobody has used it; one seen here asks nothing")
  void proof_usedElsewhere_isNotFirst() {
    start(WhenUnavailable.LOCAL);
    ReplayGuard proofs = proofs();
    long until = inTenMinutes();
    assertThat(settled(proofs.use(new ProofId(1, 2), until))).isInstanceOf(ReplayGuard.First.class);
    assertThat(proofs.use(new ProofId(1, 2), until)).isInstanceOf(ReplayGuard.Again.class);
    assertThat(redis.asked.getLast())
        .matches("SET bearward:proof:AAAAAAAAAAEAAAAAAAAAAg 60[45]...");
    redis.first = false;
    assertThat(settled(proofs.use(new ProofId(3, 4), until))).isInstanceOf(ReplayGuard.Again.class);
    assertThat(redis.count("SET")).isEqualTo(2);
  }

  @Test
  @DisplayName("rule 75: without Redis a proof passes once here, or not at all, as configured")
  void proof_withoutRedis_isLocalOrRefused() {
    start(WhenUnavailable.LOCAL);
    redis.failure = new IllegalStateException("gone");
    ReplayGuard proofs = proofs();
    ProofId proof = new ProofId(1, 2);
    assertThat(settled(proofs.use(proof, inTenMinutes()))).isInstanceOf(ReplayGuard.First.class);
    assertThat(settled(proofs.use(proof, inTenMinutes()))).isInstanceOf(ReplayGuard.Again.class);
    cluster.close();
    redis.failure = null;
    start(WhenUnavailable.REFUSE);
    redis.failure = new IllegalStateException("gone");
    assertThat(settled(proofs().use(proof, inTenMinutes())))
        .isEqualTo(new ReplayGuard.Unavailable(Duration.ofMillis(500)));
  }

  @Test
  @DisplayName("revocation: at the start all are read, and what Redis lacks is given to it")
  void begin_comparesRevocations() {
    redis.revocations.put("jti:test:there", "- " + END.toEpochMilli());
    redis.revocations.put("sub::alice+%3A%C3%A9", "1000 " + END.toEpochMilli());
    var _ = own.add(revocation("here"));
    start(WhenUnavailable.LOCAL);
    assertThat(own.all())
        .containsExactlyInAnyOrder(
            revocation("here"),
            revocation("there"),
            new Revocation(
                Revocation.By.SUBJECT, "alice :é", null, Instant.ofEpochMilli(1000), END));
    assertThat(redis.asked).contains("REVOKE 50000 300000 jti:test:here - " + END.toEpochMilli());
  }

  @Test
  @DisplayName("revocation: what another instance publishes holds at once")
  void heard_isAdopted() {
    start(WhenUnavailable.LOCAL);
    long reads = redis.count("READ");
    redis.version = "8";
    redis.publish("8 jti:test:new - " + END.toEpochMilli());
    Eventually.await("it to hold", () -> own.all().contains(revocation("new")));
    assertThat(redis.count("READ")).isEqualTo(reads);
  }

  @Test
  @DisplayName("revocation: one whose message was lost is read with the next look")
  void lostMessage_isReadLater() {
    start(WhenUnavailable.LOCAL);
    redis.revocations.put("jti:test:unheard", "- " + END.toEpochMilli());
    redis.version = "8";
    Eventually.await("it to hold", () -> own.all().contains(revocation("unheard")));
  }

  @Test
  @DisplayName("revocation: a message after a lost one makes everything be read at once")
  void gap_isReadAtOnce() {
    start(WhenUnavailable.LOCAL);
    redis.revocations.put("jti:test:unheard", "- " + END.toEpochMilli());
    redis.version = "9";
    redis.publish("9 jti:test:heard - " + END.toEpochMilli());
    Eventually.await("it to hold", () -> own.all().contains(revocation("unheard")));
  }

  @Test
  @DisplayName("revocation: what is none in Redis is told and changes nothing")
  void strangeRows_areTold() {
    redis.revocations.put("jti:test:x", "now");
    redis.revocations.put("name:test:x", "- 1");
    redis.revocations.put("jti:%zz:x", "- 1");
    redis.revocations.put("sub:test:x", "- " + END.toEpochMilli());
    redis.revocations.put("jti:test:ended", "- 1000");
    assertThat(start(WhenUnavailable.LOCAL)).isTrue();
    assertThat(own.all()).isEmpty();
    assertThat(told).contains("failed REVOCATION 4 in Redis are none (expected: ours only)");
  }

  @Test
  @DisplayName("revocation: the answer says whether it is shared; one that is not is told later")
  void add_withoutRedis_isSharedLater() {
    start(WhenUnavailable.LOCAL);
    assertThat(cluster.revocations().add(revocation("one")).toCompletableFuture().join())
        .isEqualTo(
            new Revocations.Shared(new Revocations.InMemory(revocation("one"), "a test"), null));
    redis.failure = new IllegalStateException("gone");
    assertThat(cluster.revocations().add(revocation("two")).toCompletableFuture().join())
        .isEqualTo(
            new Revocations.Shared(
                new Revocations.InMemory(revocation("two"), "a test"),
                "Redis did not answer well and is told again: gone"));
    assertThat(own.all()).contains(revocation("two"));
    redis.asked.clear();
    redis.failure = null;
    Eventually.await("Redis to be told", () -> redis.count("REVOKE") > 0);
    assertThat(String.join("\n", redis.asked)).contains("jti:test:two");
  }

  @Test
  @DisplayName("revocation: one that there is no room for is full, and told to nobody")
  void add_full_isNotShared() {
    start(WhenUnavailable.LOCAL);
    for (String jti : List.of("a", "b", "c")) {
      var _ = own.add(revocation(jti));
    }
    assertThat(cluster.revocations().add(revocation("d")).toCompletableFuture().join())
        .isEqualTo(new Revocations.Full(3));
    assertThat(String.join("\n", redis.asked)).doesNotContain("jti:test:d");
    redis.version = "8";
    redis.publish("8 jti:test:e - " + END.toEpochMilli());
    Eventually.await(
        "it to be told",
        () -> told.contains("failed REVOCATION one of another instance is not in force: 3 are"));
  }

  @Test
  @DisplayName("a line that breaks is dialled again; without one nothing is asked and all is known")
  void lostLine_isDialledAgain() {
    start(WhenUnavailable.LOCAL);
    redis.reachable = false;
    redis.breakLine();
    Eventually.await("it to be told", () -> told.contains("down the connection was lost"));
    assertThat(rates().spend("route", TWO_A_SECOND, "client")).isInstanceOf(Spending.Allowed.class);
    assertThat(redis.count("SPEND")).isZero();
    assertThat(cluster.revocations().add(revocation("one")).toCompletableFuture().join())
        .isInstanceOfSatisfying(
            Revocations.Shared.class,
            shared -> assertThat(shared.whyNotShared()).startsWith("Redis does not answer;"));
    redis.reachable = true;
    Eventually.await("Redis to be up again", () -> told.getLast().startsWith("up "));
    assertThat(String.join("\n", redis.asked)).contains("jti:test:one");
  }

  @Test
  @DisplayName("a line on which nothing can be begun twice is closed, and another one dialled")
  void futileLine_isReplaced() {
    redis.failure = new IllegalStateException("LOADING");
    assertThat(start(WhenUnavailable.REFUSE)).isFalse();
    assertThat(cluster.known()).isFalse();
    Eventually.await("another line", () -> redis.dialled.get() > 1);
    assertThat(redis.closed.get()).isPositive();
    redis.failure = null;
    Eventually.await("the revocations to be known", cluster::known);
  }
}
