package dev.bearward.access;

import static dev.bearward.access.GateSetup.denial;
import static dev.bearward.access.GateSetup.permit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bearward.binding.ReplayGuard;
import dev.bearward.binding.TestPossession;
import dev.bearward.http.Reason;
import dev.bearward.http.RequestHead;
import dev.bearward.limit.AddressFailures;
import dev.bearward.limit.KeyedHash;
import dev.bearward.route.TestRoutes;
import dev.bearward.testing.TestIssuer;
import dev.bearward.testing.TestKey;
import dev.bearward.testing.TestProof;
import dev.bearward.token.BindingSettings;
import dev.bearward.token.BindingSettings.Demand;
import dev.bearward.token.JwsAlgorithm;
import dev.bearward.token.TestSettings;
import dev.bearward.token.VerifiedTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PossessionAccessTest {
  private static final TestKey KEY = TestKey.generate(JwsAlgorithm.ES256, "k");
  private static final InstantSource CLOCK = InstantSource.system();

  private static RouteAccess gate(ReplayGuard used) {
    return setup(used, false).gate();
  }

  private static GateSetup setup(ReplayGuard used, boolean nonce) {
    var binding =
        new BindingSettings(Demand.OPTIONAL, Demand.DISABLED, Duration.ofSeconds(60), nonce);
    var settings = TestSettings.bound(TestIssuer.simple().settings(), binding);
    return new GateSetup()
        .route(TestRoutes.path("/x"))
        .possession(TestPossession.of(used, CLOCK, settings))
        .token("t", VerifiedTokens.alice().boundTo(TestProof.thumbprint(KEY), null))
        .maxPending(1);
  }

  private static RequestHead proving() {
    String uri = TestPossession.URL + "/x";
    String proof = TestProof.of(KEY, "GET", uri, "t", CLOCK.instant()).sign();
    return GateSetup.get("/x", "Authorization", "DPoP t", "DPoP", proof);
  }

  @Test
  @DisplayName("rule 75: what cannot be remembered is 503 with Retry-After, and no challenge")
  void decide_fullMemory_isUnavailable() {
    Duration later = Duration.ofSeconds(7);
    Denial denial = denial(gate((_, _) -> new ReplayGuard.Unavailable(later)).decide(proving()));
    assertThat(denial.reason()).isEqualTo(Reason.STATE_UNAVAILABLE);
    assertThat(denial.retryAfter()).isEqualTo(later);
    assertThat(denial.challenge()).isNull();
    assertThat(denial.identity()).isNull();
  }

  @Test
  @DisplayName("rule 75: an answer that comes later decides later, within the limit of the waiting")
  void decide_laterAnswer_waits() {
    var answer = new CompletableFuture<ReplayGuard.Use>();
    RouteAccess gate = gate((_, _) -> new ReplayGuard.Later(answer));
    var pending = (AccessDecision.Pending) gate.decide(proving());
    assertThat(gate.pending()).isEqualTo(1);
    assertThat(denial(gate.decide(proving())).reason()).isEqualTo(Reason.OVERLOADED);
    answer.complete(new ReplayGuard.First());
    permit(pending.decision().toCompletableFuture().join());
    assertThat(gate.pending()).isZero();
    var again = gate((_, _) -> new ReplayGuard.Later(CompletableFuture.completedStage(AGAIN)));
    var refused = (AccessDecision.Pending) again.decide(proving());
    assertThat(denial(refused.decision().toCompletableFuture().join()).reason())
        .isEqualTo(Reason.PROOF_INVALID);
  }

  private static AddressFailures three() {
    return new AddressFailures(3, Duration.ofSeconds(60), () -> 0, new KeyedHash(1, 2));
  }

  private static void refused(RouteAccess gate, Reason reason, RequestHead head, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(denial(gate.decide(head)).reason()).isEqualTo(reason);
    }
  }

  private static RequestHead proving(TestKey key) {
    String uri = TestPossession.URL + "/x";
    String proof = TestProof.of(key, "GET", uri, "t", CLOCK.instant()).sign();
    return GateSetup.get("/x", "Authorization", "DPoP t", "DPoP", proof);
  }

  @Test
  @DisplayName("junk budget: bad proofs count; beyond it no proof of the address is looked at")
  void decide_badProofs_useUpTheBudget() {
    AddressFailures tokens = three();
    RouteAccess gate =
        setup((_, _) -> new ReplayGuard.First(), false)
            .failures(tokens, three())
            .known("t")
            .token("plain", VerifiedTokens.alice())
            .gate();
    permit(gate.decide(proving()));
    TestKey other = TestKey.generate(JwsAlgorithm.ES256, "o");
    refused(gate, Reason.PROOF_INVALID, proving(other), 2);
    refused(gate, Reason.PROOF_INVALID, GateSetup.get("/x", "Authorization", "DPoP plain"), 1);

    Denial denial = denial(gate.decide(proving()));
    assertThat(denial.reason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(denial.retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(denial.challenge()).isNull();
    assertThat(tokens.delay(proving().peer().address())).isNotNull();
    refused(gate, Reason.PROOF_MISSING, GateSetup.with("t", "/x"), 1);
  }

  @Test
  @DisplayName("junk budget: a proof that was used before counts, when that is found out later too")
  void decide_usedProofs_useUpTheBudget() {
    var again = CompletableFuture.completedStage(AGAIN);
    RouteAccess gate =
        setup((_, _) -> new ReplayGuard.Later(again), false)
            .failures(three(), three())
            .known("t")
            .gate();
    for (int i = 0; i < 3; i++) {
      var pending = (AccessDecision.Pending) gate.decide(proving());
      assertThat(denial(pending.decision().toCompletableFuture().join()).reason())
          .isEqualTo(Reason.PROOF_INVALID);
    }
    refused(gate, Reason.RATE_LIMITED, proving(), 1);
  }

  @Test
  @DisplayName("junk budget: missing proofs and nonces do not count, nor what cannot be remembered")
  void decide_otherOutcomes_doNotCount() {
    RouteAccess gate =
        setup((_, _) -> new ReplayGuard.Unavailable(Duration.ofSeconds(1)), true)
            .failures(three(), three())
            .gate();
    refused(gate, Reason.PROOF_MISSING, GateSetup.get("/x", "Authorization", "DPoP t"), 5);
    refused(gate, Reason.PROOF_MISSING, GateSetup.with("t", "/x"), 5);
    refused(gate, Reason.NONCE_REQUIRED, proving(), 5);
    RouteAccess full =
        setup((_, _) -> new ReplayGuard.Unavailable(Duration.ofSeconds(1)), false)
            .failures(three(), three())
            .gate();
    refused(full, Reason.STATE_UNAVAILABLE, proving(), 5);
  }

  @Test
  @DisplayName("junk budget: a flood of bad tokens keeps no proof of a known token from passing")
  void decide_badTokens_doNotKeepProofsOut() {
    RouteAccess gate =
        setup((_, _) -> new ReplayGuard.First(), false)
            .failures(three(), three())
            .known("t")
            .gate();
    refused(gate, Reason.BAD_SIGNATURE, GateSetup.with("bad", "/x"), 3);
    refused(gate, Reason.RATE_LIMITED, GateSetup.with("bad", "/x"), 1);
    permit(gate.decide(proving()));
  }

  private static final ReplayGuard.Use AGAIN = new ReplayGuard.Again();

  @Test
  @DisplayName("rule 69: the refusal of an unproven token names nobody")
  void decide_unproven_hasNoIdentity() {
    Denial denial =
        denial(gate((_, _) -> AGAIN).decide(GateSetup.get("/x", "Authorization", "Bearer t")));
    assertThat(denial.reason()).isEqualTo(Reason.PROOF_MISSING);
    assertThat(denial.identity()).isNull();
  }
}
