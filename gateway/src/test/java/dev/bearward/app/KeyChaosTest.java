package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.app.AttackLine.Response;
import dev.bearward.app.SteadyLoad.Judge;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole gateway under load while one issuer goes through everything and another does not. */
@Timeout(180)
class KeyChaosTest {
  private static final String REFRESH =
      "{every: 1s, cooldown: 1s, burst: 2, timeout: 1s, staleFor: 6s}";
  private static final Duration STALE_FOR = Duration.ofSeconds(6);

  /** Clocks of milliseconds on both sides. */
  private static final int TICK = 2;

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private RawUpstream upstream;
  private ScriptedServer server;
  private ChaosIssuer wild;
  private ChaosIssuer calm;

  @BeforeEach
  void startParts() {
    upstream = RawUpstream.answering(OK);
    server = ScriptedServer.start();
    wild = new ChaosIssuer(server, "wild");
    calm = new ChaosIssuer(server, "calm");
  }

  @AfterEach
  void stopParts() {
    server.close();
    upstream.close();
  }

  private RunningGateway gateway(String refresh, int pending) throws IOException {
    return new RunningGateway(
        """
        server:
          listen: "127.0.0.1:0"
          limits: {pending: %d, failedVerifications: {perAddress: 1000000, per: 1s}}
        admin: {listen: "127.0.0.1:0"}
        issuers:
          - %s
          - %s
        upstreams: {appointments: "http://127.0.0.1:%d"}
        routes: [{path: /**, upstream: appointments, require: {}}]
        accessLog: {format: disabled}
        """
            .formatted(pending, wild.yaml(refresh), calm.yaml(refresh), upstream.port()));
  }

  private static int port(RunningGateway gateway) {
    return gateway.uri("/").getPort();
  }

  private static Response ask(RunningGateway gateway, String token) throws IOException {
    try (var line = new AttackLine(port(gateway))) {
      line.send(AttackLine.request("/ask", "Authorization: Bearer " + token));
      return line.read();
    }
  }

  private static void refused(RunningGateway gateway, String reason, String token)
      throws IOException {
    Response response = ask(gateway, token);
    assertThat(response.status()).as(response.toString()).isEqualTo(401);
    assertThat(response.body()).contains("\"reason\":\"" + reason + "\"");
  }

  /** Puts the wild issuer out of order in every way, until the gateway has noticed. */
  private void everyFault(RunningGateway gateway, Runnable each) {
    for (Map.Entry<String, Runnable> fault : wild.faults().entrySet()) {
      fault.getValue().run();
      Eventually.await(fault.getKey(), () -> error(gateway).contains(fault.getKey()));
      each.run();
    }
  }

  private String error(RunningGateway gateway) {
    return Objects.requireNonNullElse(wild.shown(gateway).lastError(), "");
  }

  @Test
  @DisplayName("rules 44, 50, 51, 54-57, 184, 185: an issuer's chaos under load, no wrong answer")
  void chaosOfOneIssuer_underLoad_givesNoWrongAnswer() throws Exception {
    TestKey first = ChaosIssuer.key("first");
    TestKey namesake = ChaosIssuer.key("first");
    calm.publish(namesake);
    wild.faults().values().iterator().next().run();
    long begun = System.nanoTime();
    try (var watch = new LoopWatch();
        var gateway = gateway(REFRESH, 1000)) {
      Eventually.await("keys", () -> calm.shown(gateway).generation() == 1);
      String cached = wild.token(first);
      try (var old = new SteadyLoad("cached", port(gateway), Judge.only(503), () -> cached);
          var fresh =
              new SteadyLoad("fresh", port(gateway), Judge.only(503), () -> wild.token(first));
          var other =
              new SteadyLoad("calm", port(gateway), Judge.only(200), () -> calm.token(namesake))) {
        downAtStart(gateway, List.of(old, fresh, other));
        comesUp(gateway, first, namesake, List.of(old, fresh, other));
        TestKey second = rotation(gateway, first, fresh);
        revocation(gateway, first, second, cached, old, fresh);
        outage(gateway, second, List.of(old, fresh), other);
        assertThat(old.wrong()).isEmpty();
        assertThat(fresh.wrong()).isEmpty();
        assertThat(other.wrong()).isEmpty();
      }
      // The calm issuer was asked at its own pace: each second, or half of one after a failure.
      long most = 2 + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 500;
      assertThat(calm.fetches()).isLessThanOrEqualTo((int) most);
      assertThat(watch.loops()).isNotEmpty();
      assertThat(watch.fetching()).isEmpty();
    }
  }

  private void downAtStart(RunningGateway gateway, List<SteadyLoad> loads) {
    everyFault(
        gateway,
        () -> {
          loads.forEach(SteadyLoad::awaitMore);
          ChaosIssuer.Shown shown = wild.shown(gateway);
          assertThat(shown.generation()).isZero();
          assertThat(shown.fetchedAt()).isNull();
          assertThat(shown.keyIds()).isEmpty();
        });
  }

  private void comesUp(
      RunningGateway gateway, TestKey first, TestKey namesake, List<SteadyLoad> loads)
      throws IOException {
    List<SteadyLoad> ours = loads.subList(0, 2);
    ours.forEach(load -> load.expect(Judge.only(503, 200)));
    TestKey twin = ChaosIssuer.key("twice");
    TestKey otherTwin = ChaosIssuer.key("twice");
    TestKey encryption = ChaosIssuer.key("enc");
    wild.publishAmongBroken(encryption, first, twin, otherTwin);
    Eventually.await("keys", () -> wild.shown(gateway).generation() == 1);
    ours.forEach(load -> load.expect(Judge.only(200)));
    loads.forEach(SteadyLoad::awaitMore);
    ChaosIssuer.Shown shown = wild.shown(gateway);
    assertThat(shown.keyIds()).containsExactly("first", "twice");
    assertThat(shown.lastError()).isNull();
    assertThat(shown.nextRefresh()).isAfter(Objects.requireNonNull(shown.fetchedAt()));
    assertThat(shown.ageSeconds()).isNotNull();
    assertThat(ask(gateway, wild.token(twin)).status()).isEqualTo(200);
    assertThat(ask(gateway, wild.token(otherTwin)).status()).isEqualTo(200);
    refused(gateway, "unknown_key", wild.token(encryption));
    refused(gateway, "bad_signature", wild.token(namesake));
    refused(gateway, "bad_signature", calm.token(first));
  }

  private TestKey rotation(RunningGateway gateway, TestKey first, SteadyLoad fresh) {
    TestKey second = ChaosIssuer.key("second");
    wild.publish(first, second);
    Eventually.await("the new key", () -> status(gateway, wild.token(second)) == 200);
    fresh.tokens(() -> wild.token(second));
    fresh.awaitMore();
    assertThat(wild.shown(gateway).generation()).isEqualTo(2);
    return second;
  }

  private static int status(RunningGateway gateway, String token) {
    try {
      return ask(gateway, token).status();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The fetch after next begins when the next one, which began after the removal, has landed. */
  private void revocation(
      RunningGateway gateway,
      TestKey first,
      TestKey second,
      String cached,
      SteadyLoad old,
      SteadyLoad fresh)
      throws IOException {
    assertThat(ask(gateway, cached).status()).isEqualTo(200);
    old.expect(Judge.only(200, 401));
    wild.publish(second);
    int removed = wild.fetches();
    Eventually.await("two fetches", () -> wild.fetches() >= removed + 2);
    old.expect(Judge.only(401));
    refused(gateway, "unknown_key", cached);
    refused(gateway, "unknown_key", wild.token(first));
    old.awaitMore();
    fresh.awaitMore();
    assertThat(wild.shown(gateway).keyIds()).containsExactly("second");
    String successor = wild.token(second);
    old.expect(Judge.only(200, 401));
    old.tokens(() -> successor);
    old.awaitStatus(200);
    old.expect(Judge.only(200));
  }

  private void outage(
      RunningGateway gateway, TestKey second, List<SteadyLoad> ours, SteadyLoad other) {
    wild.faults().values().iterator().next().run();
    Eventually.await("the outage", () -> !error(gateway).isEmpty());
    long staleAt =
        Objects.requireNonNull(wild.shown(gateway).fetchedAt()).plus(STALE_FOR).toEpochMilli();
    Judge untilStale =
        (status, began, ended) ->
            status == 200 ? began < staleAt + TICK : status == 503 && ended >= staleAt - TICK;
    ours.forEach(load -> load.expect(untilStale));
    everyFault(gateway, other::awaitMore);
    ours.forEach(load -> load.awaitStatus(503));
    ours.forEach(load -> load.expect(Judge.only(503)));
    ours.forEach(SteadyLoad::awaitMore);
    other.awaitMore();
    assertThat(wild.shown(gateway).generation()).isEqualTo(3);
    ours.forEach(load -> load.expect(Judge.only(503, 200)));
    wild.publish(second);
    Eventually.await("the end of the outage", () -> error(gateway).isEmpty());
    ours.forEach(load -> load.expect(Judge.only(200)));
    ours.forEach(SteadyLoad::awaitMore);
    assertThat(wild.shown(gateway).generation()).isEqualTo(3);
  }

  @Test
  @DisplayName(
      "rules 54, 184: a flood of 100,000 random key ids: few fetches, and a new key gets in")
  void flood_ofRandomKeyIds_fetchesWithinBudgetAndNewKeyAccepted() throws Exception {
    TestKey first = ChaosIssuer.key("first");
    TestKey second = ChaosIssuer.key("second");
    wild.publish(first);
    calm.publish(first);
    long begun = System.nanoTime();
    try (var watch = new LoopWatch();
        var gateway = gateway("{every: 10m, cooldown: 2s, burst: 2}", 1000)) {
      assertThat(ask(gateway, wild.token(first)).status()).isEqualTo(200);
      try (var load =
              new SteadyLoad("known", port(gateway), Judge.only(200), () -> wild.token(first));
          var flood = new KeyIdFlood(port(gateway), wild.token(first))) {
        flood.await(KeyIdFlood.ENOUGH / 2);
        wild.publish(first, second);
        int published = wild.fetches();
        boolean due = false;
        int status = 0;
        while (status != 200 && !due) {
          due = wild.fetches() >= published + 2;
          status = status(gateway, wild.token(second));
        }
        // Begun after the publication, landed before the token was sent.
        assertThat(status).as("a new key, two fetches later").isEqualTo(200);
        flood.await(KeyIdFlood.ENOUGH);
        load.awaitMore();
        assertThat(load.wrong()).isEmpty();
        assertThat(flood.wrong()).isEmpty();
      }
      long windows = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) / 2 + 1;
      assertThat(wild.fetches()).isBetween(2, (int) (1 + 2 * windows));
      assertThat(calm.fetches()).isEqualTo(1);
      assertThat(watch.fetching()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "rules 54, 184, 185: few may wait for a silent issuer, in its share only; known keys serve")
  void silentIssuer_waitersAreBounded() throws Exception {
    int most = 8;
    int asking = 20;
    TestKey first = ChaosIssuer.key("first");
    wild.publish(first);
    calm.publish(first);
    var latch = new CountDownLatch(1);
    List<AttackLine> lines = new ArrayList<>();
    try (var watch = new LoopWatch();
        var gateway = gateway("{every: 10m, cooldown: 30s, burst: 2, timeout: 1m}", 2 * most)) {
      List<String> known = List.of(wild.token(first), calm.token(first));
      for (String token : known) {
        assertThat(ask(gateway, token).status()).isEqualTo(200);
      }
      wild.silentUntil(latch, first);
      String strange = wild.token(ChaosIssuer.key("strange"));
      for (int i = 0; i < asking; i++) {
        var line = new AttackLine(port(gateway));
        lines.add(line);
        line.send(AttackLine.request("/strange", "Authorization: Bearer " + strange));
      }
      Eventually.await("waiters", () -> waiting(gateway) == most);
      List<AttackLine> answered = new ArrayList<>();
      Eventually.await(
          "refusals",
          () -> {
            lines.stream().filter(l -> !answered.contains(l) && l.ready()).forEach(answered::add);
            return answered.size() == asking - most;
          });
      for (AttackLine line : answered) {
        Response response = line.read();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).contains("\"reason\":\"overloaded\"");
      }
      for (String token : known) {
        assertThat(ask(gateway, token).status()).isEqualTo(200);
      }
      // Who has to wait for another issuer finds a place.
      refused(gateway, "unknown_key", calm.token(ChaosIssuer.key("strange")));
      assertThat(calm.fetches()).isEqualTo(2);
      assertThat(waiting(gateway)).isEqualTo(most);
      assertThat(wild.fetches()).isEqualTo(2);
      latch.countDown();
      lines.removeAll(answered);
      for (AttackLine line : lines) {
        assertThat(line.read().body()).contains("\"reason\":\"unknown_key\"");
      }
      answered.forEach(AttackLine::close);
      assertThat(waiting(gateway)).isZero();
      assertThat(watch.fetching()).isEmpty();
    } finally {
      lines.forEach(AttackLine::close);
    }
  }

  private static int waiting(RunningGateway gateway) {
    try {
      return gateway
          .admin("GET", "/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("bearward_key_set_waiting{issuer=\"wild\"}"))
          .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .findFirst()
          .orElseThrow();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
