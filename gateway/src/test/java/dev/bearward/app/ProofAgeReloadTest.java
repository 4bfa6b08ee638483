package dev.bearward.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.Possession;
import dev.bearward.binding.ProofOfPossession;
import dev.bearward.config.GatewaySettings;
import dev.bearward.http.RequestHead;
import dev.bearward.http.TestHeads;
import dev.bearward.testing.SteppedTime;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BearerCredentials;
import dev.bearward.token.CryptoInUse;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.Verified;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What one configuration knows of used proofs, handed to the next. */
class ProofAgeReloadTest {
  private static final String TOKEN = "an-access.token";
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "client");
  private static final Verified ALICE =
      VerifiedTokens.alice().boundTo(TestProof.thumbprint(KEY), null).build();

  private final SteppedTime time = new SteppedTime();
  private final TestIssuer issuer = TestIssuer.simple();

  @AfterEach
  void stopTime() {
    time.close();
  }

  private GatewaySettings aged(String proofAge) {
    return RunningGateway.settings(
        """
        server: {publicUrl: "https://api.example.com"}
        issuers:
          - {name: test, issuer: "%s", audience: a, keys: {inline: '%s'}, binding: {dpop: optional, proofAge: %s}}
        upstreams: {app: "http://127.0.0.1:1"}
        routes: [{path: /**, upstream: app, require: {}}]
        """
            .formatted(issuer.issuer(), issuer.jwks().replaceAll("\\s", ""), proofAge));
  }

  private ProofOfPossession checks(BoundTokens bound, GatewaySettings settings) {
    return bound.checks(settings, new CryptoInUse(), time);
  }

  private static Possession check(ProofOfPossession checks, String proof) {
    RequestHead head =
        TestHeads.head("GET", "h", "/a", "Authorization", "DPoP " + TOKEN, "DPoP", proof);
    var credentials = new BearerCredentials(1_000, _ -> false, true);
    return checks.check(head, (BearerCredentials.Token) credentials.read(head.headers()), ALICE);
  }

  @Test
  @DisplayName("regression, rule 75: a longer proofAge by a reload lets no used proof pass again")
  void reload_longerProofAge_usedProofsStayUsed() {
    GatewaySettings before = aged("60s");
    GatewaySettings after = aged("10m");
    BoundTokens first = BoundTokens.of(time, Sharing.NONE).next(before, time);
    String proof =
        TestProof.of(KEY, "GET", "https://api.example.com/a", TOKEN, time.instant()).sign();
    assertThat(check(checks(first, before), proof)).isInstanceOf(Possession.Proven.class);
    ProofOfPossession longer = checks(first.next(after, time), after);
    for (int i = 0; i < 70; i++) {
      assertThat(check(longer, proof)).isInstanceOf(Possession.Unproven.class);
      time.advance(Duration.ofSeconds(10));
    }
  }

  @Test
  @DisplayName("without a reload the longer age holds for all proofs")
  void start_longerProofAge_holds() {
    GatewaySettings settings = aged("10m");
    BoundTokens bound = BoundTokens.of(time, Sharing.NONE).next(settings, time);
    String proof =
        TestProof.of(KEY, "GET", "https://api.example.com/a", TOKEN, time.instant()).sign();
    time.advance(Duration.ofMinutes(9));
    assertThat(check(checks(bound, settings), proof)).isInstanceOf(Possession.Proven.class);
  }
}
