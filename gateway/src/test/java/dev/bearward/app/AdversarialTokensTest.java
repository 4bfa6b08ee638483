package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.app.AttackLine.Response;
import dev.bearward.http.Reason;
import dev.bearward.testing.Conversation;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.ScriptedServer;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestToken;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of altered tokens of every algorithm over real sockets; the upstream sees none. */
@Timeout(300)
class AdversarialTokensTest {
  private static final int CONNECTIONS = 2;
  private static final int BATCH = 16;
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final byte[] SECRET_BYTES = SECRET.getBytes(StandardCharsets.US_ASCII);
  private static final Set<JwsAlgorithm> PUBLIC =
      EnumSet.range(JwsAlgorithm.RS256, JwsAlgorithm.EDDSA);

  /** One key pair for each kind, so that only the key's own alg keeps algorithms apart. */
  private static final TestIssuer ISSUER =
      new TestIssuer("main", "https://issuer.example/", InstantSource.system());

  private static final TestIssuer OTHER =
      new TestIssuer("other", "https://other.example/", InstantSource.system(), JwsAlgorithm.ES256);
  private static final TestIssuer SHARED =
      new TestIssuer("shared", "https://shared.example/", InstantSource.system());

  static {
    everyAlgorithm().forEach(ISSUER::publish);
  }

  /** A key for each algorithm; its key id is the algorithm's name. */
  private static List<TestKey> everyAlgorithm() {
    TestKey rsa = TestKey.generate(JwsAlgorithm.RS256, "RS256");
    return PUBLIC.stream()
        .map(algorithm ->
            algorithm.family() == JwsAlgorithm.Family.RSA
                ? rsa.with(algorithm, algorithm.joseName())
                : TestKey.generate(algorithm, algorithm.joseName()))
        .toList();
  }

  private static String yaml(ScriptedServer keys, RawUpstream upstream) {
    return """
    server:
      listen: "127.0.0.1:0"
      limits: {failedVerifications: {perAddress: 1000000, per: 1s}}
    admin: {listen: "127.0.0.1:0"}
    issuers:
      - name: main
        issuer: https://issuer.example/
        audience: appointments:api
        keys: {url: "%s"}
        clockSkew: %ds
      - name: other
        issuer: https://other.example/
        audience: appointments:api
        keys: {url: "%s"}
      - name: shared
        issuer: https://shared.example/
        audience: appointments:api
        algorithms: [HS256]
        secret: {value: "%s", encoding: utf8}
        clockSkew: %ds
    upstreams: {appointments: "http://127.0.0.1:%d"}
    routes: [{path: /**, upstream: appointments, require: {}}]
    accessLog: {format: disabled}
    """
        .formatted(
            keys.uri("/main"),
            SignedAttacks.SKEW_SECONDS,
            keys.uri("/other"),
            SECRET,
            SignedAttacks.SKEW_SECONDS,
            upstream.port());
  }

  private static List<Target> targets() {
    var targets = new ArrayList<Target>();
    List<TestKey> strangers = everyAlgorithm();
    for (TestKey stranger : strangers) {
      targets.add(new Target(ISSUER, ISSUER.key(stranger.algorithm()), stranger));
    }
    byte[] guess = SECRET.replace('0', '1').getBytes(StandardCharsets.US_ASCII);
    targets.add(
        new Target(
            SHARED,
            TestKey.shared(JwsAlgorithm.HS256, SECRET_BYTES),
            TestKey.shared(JwsAlgorithm.HS256, guess)));
    return targets;
  }

  private static List<Attack> attacks(Target target, String good, String trap) {
    var attacks = new ArrayList<Attack>(SignedAttacks.on(target));
    attacks.addAll(KeyAttacks.on(target, trap));
    attacks.addAll(TextAttacks.on(good, target.algorithm().joseName().hashCode()));
    return attacks;
  }

  @Test
  @DisplayName("rules 1-60: thousands of altered tokens of every algorithm, none is forwarded")
  void alteredTokens_ofEveryAlgorithm_areNeverForwarded() throws Exception {
    try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var keys =
            ScriptedServer.start()
                .on("/main", ScriptedServer.json(ISSUER.jwks()))
                .on("/other", ScriptedServer.json(OTHER.jwks()));
        var gateway = new RunningGateway(yaml(keys, upstream));
        ExecutorService attackers = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Integer>> refused = new ArrayList<>();
      List<Target> targets = targets();
      for (Target target : targets) {
        String good = target.token().sign();
        passes(gateway, good);
        passes(gateway, nearlyTooLate(target));
        List<Attack> attacks = attacks(target, good, keys.uri("/trap").toString());
        for (int i = 0; i < CONNECTIONS; i++) {
          List<Attack> share = share(attacks, i);
          refused.add(attackers.submit(() -> attack(gateway, good, share)));
        }
      }
      int sum = 0;
      for (Future<Integer> some : refused) {
        sum += some.get();
      }
      for (Target target : targets) {
        passes(gateway, target.token().sign());
      }
      assertThat(sum).isGreaterThan(8_000);
      assertThat(refusals(gateway)).isEqualTo(sum);
      assertThat(forwarded(upstream)).contains("GET /good ").doesNotContain("/attack");
      // Unknown key ids asked for keys within the budget, and no address in a token was asked.
      assertThat(keys.hits("/main")).isBetween(1, 20);
      assertThat(keys.hits("/other")).isEqualTo(1);
      assertThat(keys.hits("/trap")).isZero();
    }
  }

  @Test
  @DisplayName("rules 44, 179: one key id at two issuers; a key of one never serves the other")
  void collidingKeyIds_neverCross() throws Exception {
    try (var upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var keys =
            ScriptedServer.start()
                .on("/main", ScriptedServer.json(ISSUER.jwks()))
                .on("/other", ScriptedServer.json(OTHER.jwks()));
        var gateway = new RunningGateway(yaml(keys, upstream))) {
      TestKey ours = ISSUER.key(JwsAlgorithm.ES256);
      TestKey theirs = OTHER.key();
      assertThat(theirs.keyId()).isEqualTo(ours.keyId());
      var attacks = new ArrayList<Attack>();
      for (boolean named : List.of(true, false)) {
        attacks.add(crossing(ISSUER.token(theirs), named, Reason.BAD_SIGNATURE));
        attacks.add(crossing(OTHER.token(ours), named, Reason.BAD_SIGNATURE));
      }
      TestKey secret = TestKey.shared(JwsAlgorithm.HS256, SECRET_BYTES);
      attacks.add(crossing(ISSUER.token(secret), true, Reason.ALGORITHM_NOT_ALLOWED));
      attacks.add(crossing(SHARED.token(ours), true, Reason.ALGORITHM_NOT_ALLOWED));
      String good = ISSUER.token(ours).sign();
      passes(gateway, OTHER.token().sign());
      assertThat(attack(gateway, good, attacks)).isEqualTo(6);
      assertThat(forwarded(upstream)).doesNotContain("/attack");
    }
  }

  private static Attack crossing(TestToken token, boolean named, Reason reason) {
    return Attack.token("crossing", reason, (named ? token : token.withoutHeader("kid")).sign());
  }

  /** Past its exp, before its nbf and iat, but all within the skew. */
  private static String nearlyTooLate(Target target) {
    Instant now = Instant.now();
    return target
        .token()
        .expiresAt(now.minusSeconds(SignedAttacks.SKEW_SECONDS / 4))
        .notBefore(now.plusSeconds(SignedAttacks.SKEW_SECONDS / 2))
        .issuedAt(now.plusSeconds(SignedAttacks.SKEW_SECONDS / 2))
        .sign();
  }

  private static void passes(RunningGateway gateway, String token)
      throws IOException, InterruptedException {
    var response = gateway.get("/good", token);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private static List<Attack> share(List<Attack> attacks, int of) {
    int size = (attacks.size() + CONNECTIONS - 1) / CONNECTIONS;
    int from = Math.min(of * size, attacks.size());
    return attacks.subList(from, Math.min(from + size, attacks.size()));
  }

  /** Sends all attacks over one connection, a good token after every few of them. */
  private static int attack(RunningGateway gateway, String good, List<Attack> attacks)
      throws IOException {
    int port = gateway.uri("/").getPort();
    List<Attack> kept = attacks.stream().filter(attack -> !attack.breaksHttp()).toList();
    String passing = AttackLine.request("/good", "Authorization: Bearer " + good);
    try (var line = new AttackLine(port)) {
      for (int from = 0; from < kept.size(); from += BATCH) {
        List<Attack> batch = kept.subList(from, Math.min(kept.size(), from + BATCH));
        line.send(
            batch.stream()
                    .map(attack -> AttackLine.request("/attack", attack.lines()))
                    .collect(Collectors.joining())
                + passing);
        for (Attack attack : batch) {
          assertRefused(attack, line.read());
        }
        Response answer = line.read();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      }
    }
    for (Attack attack : attacks) {
      if (attack.breaksHttp()) {
        assertEndsConnection(port, attack, passing.replace("/good", "/attack"));
      }
    }
    return attacks.size();
  }

  private static void assertRefused(Attack attack, Response response) {
    String what = attack.name() + "\n" + response;
    List<Reason> given =
        attack.reasons().stream()
            .filter(reason -> response.body().contains(member(reason)))
            .toList();
    assertThat(given).as(what).hasSize(1);
    Reason reason = given.getFirst();
    assertThat(response.status()).as(what).isEqualTo(reason.status()).isBetween(400, 499);
    assertThat(response.field("www-authenticate")).as(what).startsWith("Bearer realm=\"bearward\"");
    String error = reason.oauthError();
    if (error == null) {
      assertThat(response.field("www-authenticate")).as(what).doesNotContain("error");
    } else {
      assertThat(response.field("www-authenticate")).as(what).contains("error=\"" + error + "\"");
    }
    assertThat(response.field("content-type")).isEqualTo("application/problem+json");
    assertThat(response.field("cache-control")).isEqualTo("no-store");
    assertThat(response.field("connection")).as(what).isNotEqualToIgnoringCase("close");
    assertThat(response.toString()).doesNotContain("eyJ");
  }

  private static String member(Reason reason) {
    return "\"reason\":\"" + reason.label() + "\"";
  }

  private static void assertEndsConnection(int port, Attack attack, String next)
      throws IOException {
    try (var line = new AttackLine(port)) {
      line.send(AttackLine.request("/attack", attack.lines()) + next);
      Response response = line.read();
      assertThat(response.status()).as(attack.name()).isEqualTo(400);
      assertThat(response.body()).as(attack.name()).contains(member(Reason.BAD_REQUEST));
      assertThat(line.ends()).as(attack.name()).isTrue();
    }
  }

  private static int refusals(RunningGateway gateway) throws IOException, InterruptedException {
    Matcher counter =
        Pattern.compile("(?m)^bearward_refusals_total\\{[^}]*} (\\S+)$")
            .matcher(gateway.admin("GET", "/metrics").body());
    return (int) counter.results().mapToDouble(m -> Double.parseDouble(m.group(1))).sum();
  }

  private static String forwarded(RawUpstream upstream) {
    return upstream.conversations().stream()
        .map(Conversation::received)
        .collect(Collectors.joining());
  }
}
