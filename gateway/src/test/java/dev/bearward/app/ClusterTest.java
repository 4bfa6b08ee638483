package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import dev.bearward.testing.Eventually;
import dev.bearward.testing.RateOver;
import dev.bearward.testing.RawUpstream;
import dev.bearward.testing.RedisServer;
import dev.bearward.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways that share a real Redis, over real sockets. */
@Tag("redis")
@Timeout(120)
class ClusterTest {
  private static final String PUBLIC = "https://api.example.com";
  private static final String ADMIN = "Bearer admin-token-of-the-test";

  @TempDir private Path folder;

  private final TestIssuer issuer = TestIssuer.simple();
  private final List<RunningGateway> gateways = new ArrayList<>();
  private RedisServer redis;
  private RawUpstream upstream;

  @BeforeEach
  void startParts() {
    redis = RedisServer.start(folder);
    upstream = RawUpstream.answering(Story.OK);
  }

  @AfterEach
  void stopParts() {
    gateways.forEach(RunningGateway::close);
    if (upstream != null) {
      upstream.close();
      redis.close();
    }
  }

  private String yaml(String cluster) {
    return """
    server: {listen: "127.0.0.1:0", publicUrl: "%s"}
    metadata: {enabled: false}
    admin: {listen: "127.0.0.1:0", token: "admin-token-of-the-test"}
    issuers:
      - name: test
        issuer: "%s"
        audience: "appointments:api"
        keys: {inline: '%s'}
        binding: {dpop: optional}
    upstreams: {app: "http://127.0.0.1:%d"}
    routes:
      - {path: /plain, upstream: app, require: {}}
      - {path: /load, upstream: app, require: {}, rateLimit: {requests: 1000000, per: 1s}}
      - {path: /hundred, upstream: app, require: {}, rateLimit: {requests: 100, per: 1s}}
      - {path: /two, upstream: app, require: {}, rateLimit: {requests: 2, per: 1h}}
      - {path: /open, upstream: app, public: true}
    cluster: %s
    """
        .formatted(
            PUBLIC,
            issuer.issuer(),
            issuer.jwks().replaceAll("\\s+", ""),
            upstream.port(),
            cluster);
  }

  private RunningGateway gateway(String cluster) throws IOException {
    var gateway = new RunningGateway(yaml(cluster));
    gateways.add(gateway);
    return gateway;
  }

  private RunningGateway local() throws IOException {
    return gateway("{redis: \"" + redis.url() + "\"}");
  }

  private RunningGateway refusing() throws IOException {
    return gateway("{redis: \"" + redis.url() + "\", whenUnavailable: refuse}");
  }

  private static void awaitUp(RunningGateway gateway, int up) {
    Eventually.await("Redis to be " + up, () -> gateway.metric("bearward_cluster_up") == up);
  }

  private HttpResponse<String> revoke(RunningGateway gateway, String jti)
      throws IOException, InterruptedException {
    String json =
        "{\"jti\":\"%s\",\"issuer\":\"test\",\"expiresAt\":\"%s\"}"
            .formatted(jti, Instant.now().plus(Duration.ofHours(1)));
    return gateway.adminPost("/revocations", json, "Authorization", ADMIN);
  }

  private static int status(RunningGateway gateway, String path, String token) {
    try {
      return gateway.get(path, token).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertUnavailable(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("\"reason\":\"state_unavailable\"");
    assertThat(response.headers().firstValue("retry-after")).contains("1");
  }

  @Test
  @DisplayName("contract: 100 requests a second are 100 over three gateways together (within 5 %)")
  void rate_overThreeGateways_isOne() throws Exception {
    var places = new ArrayList<URI>();
    for (int i = 0; i < 3; i++) {
      places.add(local().uri("/hundred"));
    }
    String token = issuer.token().sign();
    assertThat(RateOver.of(places, token, Duration.ofSeconds(6))).isBetween(95.0, 105.0);
  }

  @Test
  @DisplayName("contract: what one gateway counted is spent on the others; they say what is left")
  void rate_spentOnOne_isSpentOnAll() throws Exception {
    RunningGateway one = local();
    RunningGateway other = local();
    String token = issuer.token().sign();
    HttpResponse<String> first = one.get("/two", token);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("ratelimit").orElse("")).startsWith("\"requests\";r=1;");
    HttpResponse<String> second = other.get("/two", token);
    assertThat(second.headers().firstValue("ratelimit").orElse("")).startsWith("\"requests\";r=0;");
    for (RunningGateway gateway : gateways) {
      HttpResponse<String> third = gateway.get("/two", token);
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(Long.parseLong(third.headers().firstValue("retry-after").orElse("")))
          .isBetween(1_700L, 1_800L);
    }
  }

  @Test
  @DisplayName("rule 75: a proof used on one gateway is refused on another")
  void proof_usedOnOne_isRefusedOnAnother() throws Exception {
    RunningGateway one = local();
    RunningGateway other = local();
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    String token = bound(key);
    String proof = proof(key, token);
    assertThat(send(one, token, proof).statusCode()).isEqualTo(200);
    for (RunningGateway gateway : List.of(other, one)) {
      HttpResponse<String> again = send(gateway, token, proof);
      assertThat(again.statusCode()).isEqualTo(401);
      assertThat(again.body()).contains("\"reason\":\"proof_invalid\"");
    }
    assertThat(send(other, token, proof(key, token)).statusCode()).isEqualTo(200);
  }

  private String bound(ECKey key) throws Exception {
    String thumbprint = key.toPublicJWK().computeThumbprint().toString();
    return issuer.token().claim("cnf", Map.of("jkt", thumbprint)).sign();
  }

  private static String proof(ECKey key, String token) throws Exception {
    return new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256)
        .createDPoPJWT("GET", URI.create(PUBLIC + "/plain"), new DPoPAccessToken(token), null)
        .serialize();
  }

  private static HttpResponse<String> send(RunningGateway gateway, String token, String proof)
      throws IOException, InterruptedException {
    return gateway.send("GET", "/plain", "Authorization", "DPoP " + token, "DPoP", proof);
  }

  @Test
  @DisplayName("revocation: effective everywhere within 1 s, and after a restart of an instance")
  void revocation_postedToOne_holdsEverywhere() throws Exception {
    RunningGateway one = local();
    List<RunningGateway> others = List.of(local(), local());
    String token = issuer.token().claim("jti", "gone").sign();
    others.forEach(other -> assertThat(status(other, "/plain", token)).isEqualTo(200));

    HttpResponse<String> answer = revoke(one, "gone");
    long told = System.nanoTime();
    assertThat(answer.body()).contains("\"durable\":false", "\"shared\":true");
    for (RunningGateway other : others) {
      Eventually.await("it to hold", () -> status(other, "/plain", token) == 401);
    }
    assertThat(System.nanoTime() - told).isLessThan(Duration.ofSeconds(1).toNanos());

    RunningGateway restarted = local();
    HttpResponse<String> first = restarted.get("/plain", token);
    assertThat(first.statusCode()).isEqualTo(401);
    assertThat(first.body()).contains("\"reason\":\"revoked\"");
  }

  @Test
  @DisplayName(
      "revocation: one made while Redis was away reaches the others; an empty one is filled")
  void revocation_madeWithoutRedis_isSharedLater() throws Exception {
    RunningGateway one = local();
    RunningGateway other = local();
    revoke(one, "before");
    String before = issuer.token().claim("jti", "before").sign();
    Eventually.await("it to hold", () -> status(other, "/plain", before) == 401);
    redis.kill();
    awaitUp(one, 0);
    assertThat(revoke(one, "meanwhile").body())
        .contains("\"shared\":false,\"whyNotShared\":\"Redis does not answer");
    assertThat(status(one, "/plain", before)).isEqualTo(401);
    assertThat(status(other, "/plain", before)).isEqualTo(401);

    redis.restart();
    String meanwhile = issuer.token().claim("jti", "meanwhile").sign();
    Eventually.await("it to hold", () -> status(other, "/plain", meanwhile) == 401);
    Eventually.await(
        "Redis to be filled", () -> redis.command("HLEN", "bearward:revocations").equals(":2"));
    assertThat(status(other, "/plain", before)).isEqualTo(401);
    assertThat(status(local(), "/plain", before)).isEqualTo(401);
  }

  @Test
  @DisplayName("revocation: what Redis loses unnoticed is given back, and stays in force meanwhile")
  void revocation_lostInRedis_isGivenBack() throws Exception {
    RunningGateway one = local();
    revoke(one, "kept");
    redis.command("FLUSHALL");
    Eventually.await(
        "Redis to be filled", () -> redis.command("HLEN", "bearward:revocations").equals(":1"));
    assertThat(status(one, "/plain", issuer.token().claim("jti", "kept").sign())).isEqualTo(401);
  }

  @Test
  @DisplayName("contract: local: Redis killed, hung and restarted under load loses no request")
  void local_redisGoesAndComes_losesNothing() throws Exception {
    var load = new ArrayList<SteadyLoad>();
    for (int i = 0; i < 3; i++) {
      String token = issuer.token().sign();
      int port = local().uri("/").getPort();
      load.add(new SteadyLoad("gateway " + i, port, SteadyLoad.Judge.only(200), () -> token));
    }
    load.forEach(SteadyLoad::awaitMore);
    for (int round = 0; round < 2; round++) {
      redis.kill();
      gateways.forEach(gateway -> awaitUp(gateway, 0));
      load.forEach(SteadyLoad::awaitMore);
      redis.restart();
      gateways.forEach(gateway -> awaitUp(gateway, 1));
      load.forEach(SteadyLoad::awaitMore);
    }
    redis.hang();
    gateways.forEach(gateway -> awaitUp(gateway, 0));
    load.forEach(SteadyLoad::awaitMore);
    redis.goOn();
    gateways.forEach(gateway -> awaitUp(gateway, 1));
    load.forEach(SteadyLoad::awaitMore);
    load.forEach(SteadyLoad::close);
    load.forEach(one -> assertThat(one.wrong()).isEmpty());
    assertThat(gateways.getFirst().admin("GET", "/metrics").body())
        .containsPattern(
            "bearward_cluster_questions_total\\{about=\"rate\",result=\"unasked\"} [1-9]")
        .containsPattern(
            "bearward_cluster_questions_total\\{about=\"rate\",result=\"failed\"} [1-9]");
  }

  @Test
  @DisplayName("contract: refuse: without Redis only what needs it is refused, with Retry-After")
  void refuse_withoutRedis_refusesWhatNeedsIt() throws Exception {
    RunningGateway gateway = refusing();
    String token = issuer.token().sign();
    assertThat(status(gateway, "/load", token)).isEqualTo(200);
    redis.kill();
    awaitUp(gateway, 0);
    assertUnavailable(gateway.get("/load", token));
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    String bound = bound(key);
    assertUnavailable(send(gateway, bound, proof(key, bound)));
    assertThat(status(gateway, "/plain", token)).isEqualTo(200);
    assertThat(gateway.send("GET", "/open").statusCode()).isEqualTo(200);

    redis.restart();
    awaitUp(gateway, 1);
    assertThat(status(gateway, "/load", token)).isEqualTo(200);
  }

  @Test
  @DisplayName("contract: refuse: a start without Redis takes no token before it knows the revoked")
  void refuse_startedWithoutRedis_takesNoToken() throws Exception {
    RunningGateway one = local();
    revoke(one, "gone");
    redis.kill();
    RunningGateway late = refusing();
    String token = issuer.token().sign();
    assertUnavailable(late.get("/plain", token));
    assertThat(late.send("GET", "/open").statusCode()).isEqualTo(200);
    redis.restart();
    awaitUp(late, 1);
    assertThat(status(late, "/plain", token)).isEqualTo(200);
    String gone = issuer.token().claim("jti", "gone").sign();
    Eventually.await("what one knew", () -> status(late, "/plain", gone) == 401);
  }

  @Test
  @DisplayName("contract: no command for a request that shares nothing, one for a limited one")
  void request_withoutLimits_asksNothing() throws Exception {
    RunningGateway gateway = local();
    String token = issuer.token().sign();
    redis.command("CONFIG", "RESETSTAT");
    for (int i = 0; i < 50; i++) {
      assertThat(status(gateway, "/plain", token)).isEqualTo(200);
      assertThat(gateway.send("GET", "/open").statusCode()).isEqualTo(200);
    }
    assertThat(redis.calls("evalsha") + redis.calls("set")).isZero();
    for (int i = 0; i < 10; i++) {
      assertThat(status(gateway, "/load", token)).isEqualTo(200);
    }
    assertThat(redis.calls("evalsha")).isEqualTo(10);
    assertThat(status(gateway, "/two", token)).isEqualTo(200);
    assertThat(status(gateway, "/two", token)).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      assertThat(status(gateway, "/two", token)).isEqualTo(429);
    }
    assertThat(redis.calls("evalsha")).as("a client over its rate is not asked for").isEqualTo(13);
  }

  @Test
  @DisplayName("contract: user, password, database; a wrong password is logged, and never shown")
  void redis_withPassword_isUsed() throws Exception {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "pa/ss#wo+rd\n");
    try (var guarded =
        RedisServer.start(
            folder,
            "--user",
            "gate",
            "on",
            ">pa/ss#wo+rd",
            "~bearward:*",
            "&bearward:*",
            "+@all",
            "--requirepass",
            "x")) {
      String place = "127.0.0.1:" + guarded.port() + "/3";
      RunningGateway good =
          gateway("{redis: \"redis://gate:${file:" + secret + "}@" + place + "\"}");
      assertThat(status(good, "/load", issuer.token().sign())).isEqualTo(200);
      assertThat(good.metric("bearward_cluster_up")).isEqualTo(1);
      RunningGateway bad = gateway("{redis: \"redis://gate:wrong@" + place + "\"}");
      assertThat(status(bad, "/load", issuer.token().sign())).isEqualTo(200);
      assertThat(bad.metric("bearward_cluster_up")).isZero();
    }
  }
}
