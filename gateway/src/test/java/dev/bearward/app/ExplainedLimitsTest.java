package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.config.Configuration;
import dev.bearward.config.Reading;
import dev.bearward.config.Surroundings;
import dev.bearward.http.Reason;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.testing.TestToken;
import dev.bearward.token.JwsAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What explain tells of what only a running gateway counts and hands out. */
class ExplainedLimitsTest {
  private static final String PUBLIC = "https://api.example.com";
  private static final TestKey CLIENT = TestKey.generate(JwsAlgorithm.ES256, "client");

  private final TestIssuer issuer = TestIssuer.simple();

  private Explanation explained(String request, String... headers) throws IOException {
    String yaml =
        """
        server: {publicUrl: "%s"}
        issuers:
          - {name: test, issuer: "%s", audience: "%s", keys: {inline: '%s'}, binding: {dpop: optional, nonce: true}}
        upstreams: {app: "http://127.0.0.1:1"}
        routes:
          - path: /subject
            upstream: app
            require: {}
            rateLimit: {requests: 100, per: 1s, burst: 50}
            limits: {concurrency: 20}
          - path: /address
            upstream: app
            require: {}
            rateLimit: {requests: 3, per: 1500ms, by: address}
          - path: /claim
            upstream: app
            require: {}
            rateLimit: {requests: 7, per: 1m, by: {claim: tenant}}
          - {path: /client, upstream: app, require: {}, rateLimit: {requests: 7, by: client}}
          - {path: /open, upstream: app, public: true, limits: {concurrency: 5}}
          - path: /passing
            upstream: app
            require: {}
            cors: passthrough
            rateLimit: {requests: 9}
          - {path: /plain, upstream: app, require: {}}
        """
            .formatted(
                PUBLIC, issuer.issuer(), TestIssuer.AUDIENCE, issuer.jwks().replaceAll("\\s", ""));
    Reading reading =
        new Configuration(Surroundings.ofProcess())
            .read("gateway.yaml", null, yaml.getBytes(StandardCharsets.UTF_8));
    assertThat(reading).isInstanceOf(Reading.Loaded.class);
    var loaded = (Reading.Loaded) reading;
    var question = new Question(request, List.of(headers), null, null, Instant.now());
    return Explanation.of(loaded.settings(), loaded.places(), Map.of(), question);
  }

  private String text(String path, TestToken token) throws IOException {
    Explanation explained = explained("GET " + path, "Authorization: " + token.bearer());
    return String.join("\n", explained.lines());
  }

  @Test
  @DisplayName("whom a request counts for, and how much, is told, and not judged")
  void explain_limits_areToldAndNotJudged() throws IOException {
    assertThat(text("/subject", issuer.token()))
        .containsPattern(
            "not judged +rate_limited +how many requests counted for the subject"
                + " \\(100 in 1 s, 50 at once\\)  \\[gateway.yaml:9\\]")
        .containsPattern(
            "not judged +overloaded +how many requests of the route are in flight"
                + " \\(concurrency 20\\)  \\[gateway.yaml:10\\]")
        .contains("let through to upstream app");
    assertThat(text("/claim", issuer.token().claim("tenant", "blue")))
        .containsPattern("counted for the claim tenant \\(7 in 60 s, 7 at once\\)")
        .doesNotContain("blue");
    assertThat(text("/client", issuer.token().claim("azp", "spa"))).contains("for the client (7");
    assertThat(text("/plain", issuer.token())).doesNotContain("counted for", "overloaded");
  }

  @Test
  @DisplayName("a rate by address stands before the token, as it is decided")
  void explain_rateByAddress_comesFirst() throws IOException {
    Explanation explained = explained("GET /address");
    assertThat(explained.reason()).isEqualTo(Reason.NO_TOKEN);
    assertThat(String.join("\n", explained.lines()))
        .containsPattern(
            "(?s)pass +method_not_allowed.*counted for the address \\(3 in 1500 ms, 3 at once\\)"
                + ".*FAIL +no_token");
  }

  @Test
  @DisplayName("a token that does not say who its requests count for is refused, and why is told")
  void explain_rateWithoutClaim_fails() throws IOException {
    for (String path : List.of("/claim", "/client")) {
      Explanation explained = explained("GET " + path, "Authorization: " + nobody().bearer());
      assertThat(explained.reason()).isEqualTo(Reason.CLAIM_MISMATCH);
      assertThat(String.join("\n", explained.lines()))
          .containsPattern(
              "FAIL +claim_mismatch +requests count for the cl[a-z ]*, and the token does not say")
          .contains("HTTP/1.1 403");
    }
  }

  private TestToken nobody() {
    return issuer.token().without("client_id").without("azp");
  }

  @Test
  @DisplayName("public routes and preflights for the upstream have limits too")
  void explain_limitsWithoutToken_areTold() throws IOException {
    assertThat(String.join("\n", explained("GET /open").lines()))
        .containsPattern("not judged +overloaded .*\\(concurrency 5\\)");
    assertThat(
            String.join(
                "\n",
                explained(
                        "OPTIONS /passing",
                        "Origin: https://spa.example",
                        "Access-Control-Request-Method: GET")
                    .lines()))
        .containsPattern("(?s)pass +preflight.*counted for the address \\(9 in 1 s, 9 at once\\)");
  }

  @Test
  @DisplayName("rule 76: a nonce is the running gateway's; here every proof wants another one")
  void explain_nonce_isRequired() throws IOException {
    String token = issuer.token().claim("cnf", Map.of("jkt", TestProof.thumbprint(CLIENT))).sign();
    TestToken proof = TestProof.of(CLIENT, "GET", PUBLIC + "/plain", token, Instant.now());
    for (String sent : List.of(proof.sign(), proof.claim("nonce", "of-yesterday").sign())) {
      Explanation explained =
          explained("GET /plain", "Authorization: DPoP " + token, "DPoP: " + sent);
      assertThat(explained.reason()).isEqualTo(Reason.NONCE_REQUIRED);
      assertThat(explained.response())
          .startsWith("HTTP/1.1 401")
          .containsIgnoringCase("dpop-nonce: ")
          .contains("error=\"use_dpop_nonce\"");
      assertThat(String.join("\n", explained.lines()))
          .containsPattern("FAIL +nonce_required +no nonce that is known here")
          .doesNotContain(sent);
    }
  }
}
